import type {
  Argument,
  Assign,
  Binary,
  Call,
  Declare,
  Dictionary,
  Expression,
  FunctionDeclaration,
  Text,
  TypeDeclaration,
} from '../syntax/tree.ts';
import type { Unit } from './project.ts';
import type { Value } from './value.ts';

/** Where in the program something happens. */
export interface Scene {
  readonly unit: Unit;
  readonly function: FunctionDeclaration | undefined;
  /** The enclosing type's name. */
  readonly type: string | undefined;
  /** Conditions of the enclosing `if`s and `guard`s, outermost first. */
  readonly conditions: readonly Expression[];
  /** Whether the place is compiled or run in debug builds only. */
  readonly debug: boolean;
  /** The call through which a helper was entered with known arguments; undefined when it is read on its own. */
  readonly via: { readonly unit: Unit; readonly node: Call } | undefined;
  /** What a name or dotted path holds at this point. */
  lookup(path: string): Value | undefined;
}

export interface ArgumentValue extends Argument {
  readonly known: Value;
}

/** A call with everything the flow knows of it. */
export interface CallEvent {
  readonly node: Call;
  /** The last word of what is called: `set` of `UserDefaults.standard.set(…)`, `print` of `print(…)`. */
  readonly name: string;
  /** Dotted spelling of what is called, `?` where a part is no name: `UserDefaults.standard.set`. */
  readonly path: string;
  /** The object before the last dot. */
  readonly receiver: Value | undefined;
  readonly receiverNode: Expression | undefined;
  readonly args: readonly ArgumentValue[];
  readonly scene: Scene;
  /** The known value of the argument with this label, or at this place among all arguments. In JavaScript also of an options object's entry. */
  arg(label: string | number): Value | undefined;
  /** The argument itself, for its place. */
  argNode(label: string | number): ArgumentValue | undefined;
}

/** `target = value`, `target += value`, `target[key] = value`, and `let name = value`. */
export interface AssignEvent {
  readonly node: Assign | Declare;
  /** Last word of the target: `minimumTLSVersion` of `config.minimumTLSVersion`. */
  readonly name: string;
  readonly path: string;
  readonly target: Expression | undefined;
  readonly receiver: Value | undefined;
  /** The subscript, when the target is one. */
  readonly key: Value | undefined;
  readonly value: Value;
  readonly valueNode: Expression | undefined;
  readonly declared: boolean;
  readonly scene: Scene;
}

/** `left == right`, and its opposite. */
export interface CompareEvent {
  readonly node: Binary;
  readonly left: Value;
  readonly right: Value;
  readonly scene: Scene;
}

export interface TextEvent {
  readonly node: Text;
  /** The whole text; interpolated parts stand as `\u0000`. */
  readonly text: string;
  readonly scene: Scene;
}

export interface DictionaryEvent {
  readonly node: Dictionary;
  readonly entries: readonly { key: Value; keyNode: Expression; value: Value; valueNode: Expression }[];
  readonly scene: Scene;
}

export interface FunctionEvent {
  readonly node: FunctionDeclaration;
  readonly scene: Scene;
  /** Every call made inside, closures included, in the order of reading. */
  readonly calls: readonly CallEvent[];
  readonly assigns: readonly AssignEvent[];
  /** The function's own text, for quick word tests. */
  text(): string;
}

export interface TypeEvent {
  readonly node: TypeDeclaration;
  readonly scene: Scene;
  text(): string;
}

/** What the flow tells as it goes through a file. */
export interface Listener {
  call?(event: CallEvent): void;
  assign?(event: AssignEvent): void;
  compare?(event: CompareEvent): void;
  text?(event: TextEvent): void;
  dictionary?(event: DictionaryEvent): void;
  function?(event: FunctionEvent): void;
  type?(event: TypeEvent): void;
}
