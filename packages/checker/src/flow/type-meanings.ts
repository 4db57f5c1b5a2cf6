import { isUnnamed } from '../syntax/script-types.ts';
import type { Shape, Unit } from './project.ts';
import { MAX_NESTING, secretAmong } from './secret-type.ts';
import { words } from './sensitive-name.ts';
import type { ShapeProperty, Shapes } from './shapes.ts';
import type { Sensitive, Value } from './value.ts';

/** What a type says of every value it has. */
interface Meaning {
  /** No secret, whatever the value is called. */
  readonly harmless: boolean;
  /** The credential its objects carry. */
  readonly secret: Sensitive | undefined;
  /** Its objects hold nothing that could be a secret, though they may be called one: numbers and the like, or what a coin is known by. */
  readonly bare: boolean;
}

const NOTHING_SAID: Meaning = { harmless: false, secret: undefined, bare: false };
const HARMLESS: Meaning = { harmless: true, secret: undefined, bare: true };

/** `{ password?: string }` of what is wrong with a form, of its labels, of where they are in a store: texts about passwords. */
const SPEAKS_OF_IT =
  /\b(?:err(?:or)?s?|issues?|failures?|touched|validation|messages|labels?|texts|strings|translations?|placeholders?|rules|styles|keys|endpoints|routes|paths|urls|columns|screens|counts?|param list)$/;
/** A number of that name counts them or says which; a PIN may be a number. */
const COUNTED = /(?:token|key|secret|credential|session|phrase|password|cookie)s?(?:_?(?:in|out|used|total|id))?$/i;
/** What a coin has, that is called a token too. */
const COIN = ['symbol', 'decimals', 'contractAddress', 'chainId', 'logoURI'];

/** Says of values what their TypeScript types say. */
export class TypeMeanings {
  readonly #shapes: Shapes;
  /** By how deep in another type it is asked for. */
  readonly #known = new Map<Shape, Meaning[]>();

  constructor(shapes: Shapes) {
    this.#shapes = shapes;
  }

  /**
   * A value with what its type says of it: that it carries a credential as a whole, or that it is none for all its name says.
   *
   * @param name under which the value is known, whose word counts less than the type's
   */
  typed(value: Value, name: string, type: string, unit: Unit): Value {
    if (type === 'number') return isCount(value, name) ? { ...value, sensitive: undefined } : value;
    const meaning = this.#meaning(type, unit, 0);
    if (meaning === NOTHING_SAID) return value;
    if (meaning.harmless) return value.sensitive === undefined ? value : { ...value, sensitive: undefined };
    // What is spelled out speaks for itself.
    if (value.guarded === true || value.literal === true || value.from?.kind === 'dictionary') return value;
    const byName = value.sensitive?.name === name;
    if (value.sensitive !== undefined && !byName) return value;
    if (byName && meaning.bare) return { ...value, sensitive: undefined };
    return meaning.secret === undefined || speaksOfIt(name) ? value : { ...value, sensitive: meaning.secret };
  }

  /** What all the types say that may be meant. */
  #meaning(type: string, unit: Unit, nesting: number): Meaning {
    const shapes = this.#shapes.of(type, unit);
    let meaning: Meaning | undefined;
    // No iterator: most types are declared nowhere, and every annotation comes through here.
    for (let index = 0; index < shapes.length; index++) {
      const next = this.#meaningOf(shapes[index] as Shape, nesting);
      meaning = meaning === undefined ? next : agreed(meaning, next);
    }
    return meaning ?? NOTHING_SAID;
  }

  #meaningOf(shape: Shape, nesting: number): Meaning {
    let known = this.#known.get(shape);
    if (known === undefined) {
      known = [];
      this.#known.set(shape, known);
    }
    known[nesting] ??= this.#read(shape, nesting);
    return known[nesting];
  }

  #read(shape: Shape, nesting: number): Meaning {
    if (this.#shapes.isHarmlessShape(shape)) return HARMLESS;
    const { name } = shape.declare;
    const properties = this.#shapes.propertiesOf(shape);
    const inner = ({ declare, unit }: ShapeProperty) =>
      declare.type === undefined || nesting === MAX_NESTING || speaksOfIt(declare.name)
        ? NOTHING_SAID
        : this.#meaning(declare.type, unit, nesting + 1);
    const secret = speaksOfIt(name)
      ? undefined
      : secretAmong(isUnnamed(name) ? '' : name, properties.values(), {
          denies: (property) => isCountProperty(property) || isNone(inner(property)),
          within: (property) => inner(property).secret,
        });
    return { harmless: false, secret, bare: secret === undefined && this.#isBare(shape, properties) };
  }

  #isBare(shape: Shape, properties: ReadonlyMap<string, ShapeProperty>): boolean {
    if (properties.size === 0 || !this.#shapes.isWhollyKnown(shape)) return false;
    if (COIN.some((name) => properties.has(name))) return true;
    for (const { declare, unit } of properties.values())
      if (declare.type === undefined || (declare.type !== 'number' && !this.#shapes.isHarmless(declare.type, unit))) return false;
    return true;
  }
}

const speaksOfIt = (name: string): boolean => SPEAKS_OF_IT.test(words(name));

const isNone = ({ harmless, bare }: Meaning): boolean => harmless || bare;

/** Two types of one name: what both say. */
const agreed = (left: Meaning, right: Meaning): Meaning => ({
  harmless: left.harmless && right.harmless,
  secret: right.secret === undefined ? undefined : left.secret,
  bare: isNone(left) && isNone(right),
});

const isCount = ({ sensitive }: Value, name: string): boolean =>
  sensitive?.kind === 'credential' && sensitive.name === name && COUNTED.test(name);

const isCountProperty = ({ declare }: ShapeProperty): boolean => declare.type === 'number' && COUNTED.test(declare.name);
