import { isUnnamed } from '../syntax/script-types.ts';
import type { Declare } from '../syntax/tree.ts';
import { inReach } from './in-reach.ts';
import { NO_SECRET_TYPE } from './name-value.ts';
import type { Project, Shape, Unit } from './project.ts';
import { MAX_NESTING, secretAmong } from './secret-type.ts';
import { words } from './sensitive-name.ts';
import type { Sensitive, Value } from './value.ts';

/** A property, and the file whose types its annotation means. */
export interface ShapeProperty {
  readonly declare: Declare;
  readonly unit: Unit;
}

/** What a type says of every value it has. */
interface Meaning {
  /** No secret, whatever the value is called: a boolean, a function, one of a few texts. */
  readonly harmless: boolean;
  /** The credential its objects carry. */
  readonly secret: Sensitive | undefined;
  /** Its objects hold nothing that could be a secret, though they may be called one: numbers and the like, or what a coin is known by. */
  readonly bare: boolean;
}

const NOTHING_SAID: Meaning = { harmless: false, secret: undefined, bare: false };
const HARMLESS: Meaning = { harmless: true, secret: undefined, bare: true };
const NONE: readonly Shape[] = [];

/** Parents of parents: further up nobody keeps a secret. */
const MAX_PARENTS = 4;

/** Where an object keeps what it is about, a secret too when the object is called one: `value` of `token: Field`. */
export const HOLDS_ITSELF = /^(?:value|values|string|text|raw\w*|data|bytes|body|content|key|secret|result|payload|current)$/i;

/** `{ password?: string }` of what is wrong with a form, of its labels, of where they are in a store: texts about passwords. */
const SPEAKS_OF_IT =
  /\b(?:err(?:or)?s?|issues?|failures?|touched|validation|messages|labels?|texts|strings|translations?|placeholders?|rules|styles|keys|endpoints|routes|paths|urls|columns|screens|counts?|param list)$/;
const speaksOfIt = (name: string): boolean => SPEAKS_OF_IT.test(words(name));
/** A number of that name counts them or says which; a PIN may be a number. */
const COUNTED = /(?:token|key|secret|credential|session|phrase|password|cookie)s?(?:_?(?:in|out|used|total|id))?$/i;
/** What a coin has, that is called a token too. */
const COIN = ['symbol', 'decimals', 'contractAddress', 'chainId', 'logoURI'];

/** What TypeScript's interfaces, aliases, enums and records in classes say of the values that are declared to be of them. */
export class Shapes {
  readonly #project: Project;
  readonly #candidates = new Map<Unit, Map<string, readonly Shape[]>>();
  readonly #properties = new Map<Shape, ReadonlyMap<string, ShapeProperty>>();
  readonly #meanings = new Map<Shape, Meaning[]>();

  constructor(project: Project) {
    this.#project = project;
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

  /** The property of a type, or of what it extends. Where several types of that name may be meant, none. */
  property(type: string, unit: Unit, name: string): ShapeProperty | undefined {
    const shape = this.#only(type, unit);
    return shape === undefined ? undefined : this.#propertiesOf(shape).get(name);
  }

  #only(type: string, unit: Unit): Shape | undefined {
    const shapes = this.#shapes(type, unit);
    return shapes.length === 1 ? shapes[0] : undefined;
  }

  /** The types a file means by a name: its own, else those it imports, else all of that name. */
  #shapes(type: string, unit: Unit): readonly Shape[] {
    const name = type.slice(type.lastIndexOf('.') + 1);
    const all = this.#project.shapes.get(name);
    if (all === undefined || all.length === 1) return all ?? NONE;
    let known = this.#candidates.get(unit);
    if (known === undefined) {
      known = new Map();
      this.#candidates.set(unit, known);
    }
    let found = known.get(name);
    if (found === undefined) {
      found = inReach(all, unit);
      known.set(name, found);
    }
    return found;
  }

  /** Its own and those of what it extends, as far as they are known. */
  #propertiesOf(shape: Shape, hops = 0): ReadonlyMap<string, ShapeProperty> {
    const known = this.#properties.get(shape);
    if (known !== undefined) return known;
    const { declare, unit } = shape;
    const properties = new Map<string, ShapeProperty>();
    for (const parent of hops < MAX_PARENTS ? declare.inherits : []) {
      const above = this.#only(parent, unit);
      if (above === undefined) continue;
      for (const [name, property] of this.#propertiesOf(above, hops + 1)) properties.set(name, property);
    }
    for (const member of declare.members) if (member.kind === 'declare') properties.set(member.name, { declare: member, unit });
    if (hops === 0) this.#properties.set(shape, properties);
    return properties;
  }

  /** What is said by all the types that may be meant. */
  #meaning(type: string, unit: Unit, nesting: number): Meaning {
    const shapes = this.#shapes(type, unit);
    let meaning: Meaning | undefined;
    // No iterator: most types are declared nowhere, and every annotation comes through here.
    for (let index = 0; index < shapes.length; index++) {
      const next = this.#meaningOf(shapes[index] as Shape, nesting);
      meaning = meaning === undefined ? next : agreed(meaning, next);
    }
    return meaning ?? NOTHING_SAID;
  }

  #meaningOf(shape: Shape, nesting: number): Meaning {
    let known = this.#meanings.get(shape);
    if (known === undefined) {
      known = [];
      this.#meanings.set(shape, known);
    }
    const answer = known[nesting];
    if (answer !== undefined) return answer;
    // While it is read, a type that is an alias of itself says nothing.
    known[nesting] = NOTHING_SAID;
    const read = this.#read(shape, nesting);
    known[nesting] = read;
    return read;
  }

  #read(shape: Shape, nesting: number): Meaning {
    const { declare, unit } = shape;
    const alias = declare.members.length === 0 && declare.inherits.length === 1 ? declare.inherits[0] : undefined;
    if (declare.keyword === 'enum' || (alias !== undefined && this.#isHarmless(alias, unit, nesting))) return HARMLESS;
    const properties = this.#propertiesOf(shape);
    const inner = ({ declare: { name, type }, unit: from }: ShapeProperty) =>
      type === undefined || nesting === MAX_NESTING || speaksOfIt(name) ? NOTHING_SAID : this.#meaning(type, from, nesting + 1);
    const secret = speaksOfIt(declare.name)
      ? undefined
      : secretAmong(isUnnamed(declare.name) ? '' : declare.name, properties.values(), {
          denies: (property) => (COUNTED.test(property.declare.name) && property.declare.type === 'number') || isNone(inner(property)),
          within: (property) => inner(property).secret,
        });
    return { harmless: false, secret, bare: secret === undefined && this.#isBare(shape, properties) };
  }

  #isBare(shape: Shape, properties: ReadonlyMap<string, ShapeProperty>): boolean {
    if (properties.size === 0 || !this.#parentsKnown(shape, 0)) return false;
    if (COIN.some((name) => properties.has(name))) return true;
    for (const { declare, unit } of properties.values())
      if (declare.type === undefined || (declare.type !== 'number' && !this.#isHarmless(declare.type, unit, MAX_NESTING))) return false;
    return true;
  }

  #isHarmless(type: string, unit: Unit, nesting: number): boolean {
    const shapes = this.#shapes(type, unit);
    return shapes.length === 0 ? NO_SECRET_TYPE.test(type) : this.#meaning(type, unit, nesting).harmless;
  }

  #parentsKnown({ declare, unit }: Shape, hops: number): boolean {
    return declare.inherits.every((parent) => {
      const shapes = hops < MAX_PARENTS ? this.#shapes(parent, unit) : NONE;
      return shapes.length > 0 && shapes.every((above) => this.#parentsKnown(above, hops + 1));
    });
  }
}

const isNone = ({ harmless, bare }: Meaning): boolean => harmless || bare;

/** Two types of one name: what both say. */
const agreed = (left: Meaning, right: Meaning): Meaning => ({
  harmless: left.harmless && right.harmless,
  secret: right.secret === undefined ? undefined : left.secret,
  bare: isNone(left) && isNone(right),
});

const isCount = ({ sensitive }: Value, name: string): boolean =>
  sensitive?.kind === 'credential' && sensitive.name === name && COUNTED.test(name);
