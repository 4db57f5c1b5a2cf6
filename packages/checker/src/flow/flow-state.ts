import { isWordPart } from '../syntax/scanner.ts';
import {
  type Closure,
  DEFAULT_EXPORT,
  type Declare,
  type Expression,
  type FunctionDeclaration,
  type Parameter,
  type Statement,
} from '../syntax/tree.ts';
import { AnswersByName } from './answers-by-name.ts';
import { Declarations } from './declarations.ts';
import type { Listener } from './events.ts';
import { type Frame, newFrame } from './frame.ts';
import { defaultImport, exportOf, inReach } from './in-reach.ts';
import { nameValue } from './name-value.ts';
import { ownPath } from './paths.ts';
import type { Project, Unit } from './project.ts';
import { sensitiveName } from './sensitive-name.ts';
import { Shapes } from './shapes.ts';
import { TypeMeanings } from './type-meanings.ts';
import { UNKNOWN, type Value } from './value.ts';

/** How deep calls of the project's own functions are followed. Two hops find the wrapper of a wrapper; more finds little and costs much. */
export const MAX_DEPTH = 3;

const DECLARED: Value = {};

/** What all layers of the flow share: the project, the listener, and what a name holds where it was declared. */
export abstract class FlowState {
  protected readonly project: Project;
  protected readonly listener: Listener;
  protected readonly declared: Declarations;
  protected readonly shapes: Shapes;
  readonly #meanings: TypeMeanings;
  protected readonly active = new Set<FunctionDeclaration | Declare | Closure>();
  readonly #initials = new Map<Declare, Value>();

  constructor(project: Project, listener: Listener) {
    this.project = project;
    this.listener = listener;
    this.declared = new Declarations(project);
    this.shapes = new Shapes(project);
    this.#meanings = new TypeMeanings(this.shapes);
  }

  /** A value stored under a name, with what the annotation says of it, in TypeScript also by what it declares. */
  protected named(value: Value, name: string, type: string | undefined, unit: Unit, constant = false): Value {
    const named = nameValue(value, name, type, constant);
    return unit.language !== 'script' || type === undefined ? named : this.#meanings.typed(named, name, type, unit);
  }

  protected abstract value(node: Expression, frame: Frame): Value;
  protected abstract bodyResult(body: readonly Statement[], frame: Frame): Value;

  /** What a parameter is of what it was given; what is taken out of an object has the type it has there. */
  protected parameterValue(given: Value, { name, type, within }: Parameter, unit: Unit): Value {
    if (unit.language !== 'script') return nameValue(given, name, type);
    const part = within?.type === undefined || within.key === undefined ? undefined : this.shapes.property(within.type, unit, within.key);
    return part === undefined ? this.named(given, name, type, unit) : this.named(given, name, part.declare.type, part.unit);
  }

  /** What a property or a global was given where it was declared. */
  protected initial(declare: Declare, unit: Unit, type: string | undefined): Value {
    const known = this.#initials.get(declare);
    if (known !== undefined) return known;
    if (this.active.has(declare)) return UNKNOWN;
    this.active.add(declare);
    let value: Value = UNKNOWN;
    const frame = newFrame(unit, undefined, type, false, MAX_DEPTH - 1);
    if (declare.value !== undefined) {
      value = this.value(declare.value, frame);
      // A variable that is given something else later is no constant.
      if (!declare.constant && value.literal === true && isReassigned(declare, unit)) value = { type: value.type, items: undefined };
      else if (isComponentState(declare, unit, type)) value = { type: value.type, sensitive: value.sensitive, foreign: value.foreign };
    } else if (declare.accessors !== undefined && !isOpaque(declare.type)) value = this.bodyResult(declare.accessors, frame);
    this.active.delete(declare);
    const named = declare.modifiers.includes('case') ? value : this.named(value, declare.name, declare.type, unit, declare.constant);
    this.#initials.set(declare, named);
    return named;
  }

  protected byName(name: string, frame: Frame): Value {
    if (frame.type !== undefined) {
      const stored = frame.env.get(ownPath(name));
      if (stored !== undefined) return stored;
      const property = this.declared.property(frame.type, name);
      if (property !== undefined) return this.initial(property.declare, property.unit, property.type);
      // The variable behind an Objective-C property.
      const behind = name.startsWith('_') && frame.unit.language === 'objc' ? this.declared.property(frame.type, name.slice(1)) : undefined;
      if (behind !== undefined) return this.initial(behind.declare, behind.unit, behind.type);
    }
    if (frame.unit.language === 'script') {
      const imported = this.#importedObject(name, frame.unit);
      if (imported !== undefined) return imported;
    }
    const known = this.#undeclared.of(name, this.#asUndeclared);
    if (known !== DECLARED) return known;
    const global = inReach(this.project.globals.get(name) ?? [], frame.unit)[0];
    return global === undefined ? this.#spoken(name) : this.initial(global.declare, global.unit, undefined);
  }

  /** `config` of `import config from './config'`, where that exports an object: its entries are known. */
  #importedObject(name: string, unit: Unit): Value | undefined {
    const module = defaultImport(unit, name);
    const all = module === undefined ? undefined : this.project.globals.get(DEFAULT_EXPORT);
    const exported = module === undefined || all === undefined ? undefined : exportOf(module, all);
    if (exported === undefined) return undefined;
    const value = this.initial(exported.declare, exported.unit, undefined);
    return value.entries === undefined ? undefined : value;
  }

  /** What is known of a name nothing in the project declares; `DECLARED` of one that some file does. */
  readonly #undeclared = new AnswersByName<Value>();
  readonly #asUndeclared = (name: string): Value => (this.project.globals.has(name) ? DECLARED : this.#spoken(name));

  #spoken(name: string): Value {
    // A type's name speaks of no value.
    if (this.project.types.has(name)) return { symbol: name };
    const kind = sensitiveName(name);
    // Capitals at the start are a constant's or a type's; neither holds anybody's data.
    if (kind === undefined || (/^[A-Z]/.test(name) && (kind === 'personal' || name.endsWith('Key')))) return { symbol: name };
    return { symbol: name, sensitive: { kind, name } };
  }
}

/** `some View`: what SwiftUI draws, of which nobody takes data out again. It is read where it is declared. */
export const isOpaque = (type: string | undefined): boolean => type?.startsWith('some ') === true;

/** `state = { password: '' }` of a React component: `setState` puts in what was typed, so it says nothing of what is there later. */
const isComponentState = ({ name }: Declare, { language }: Unit, type: string | undefined): boolean =>
  name === 'state' && type !== undefined && language === 'script';

/** What follows a name that is stored to: `=` or `+=`. Sticky. */
const STORES = /\s*(?:=(?!=)|\+=)/y;

/** Whether the file stores to the name anywhere but where it is declared. */
function isReassigned(declare: Declare, unit: Unit): boolean {
  const { source } = unit;
  const { name, start, end } = declare;
  if (name === '') return false;
  for (let at = source.indexOf(name); at !== -1; at = source.indexOf(name, at + name.length)) {
    if ((at >= start && at <= end) || isWordPart(source.charCodeAt(at - 1))) continue;
    STORES.lastIndex = at + name.length;
    if (STORES.test(source)) return true;
  }
  return false;
}
