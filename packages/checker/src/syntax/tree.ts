/**
 * One tree for four languages. Swift, Objective-C, TypeScript and JavaScript are read into these few node kinds, so that an audit is
 * written once: a call is a call, whether it was `store.set(token, forKey: "t")`, `[store setObject:token forKey:@"t"]` or JSX
 * `<Store token={t} />`. What no audit asks about (generics, type expressions, attributes' grammar) is kept as text or dropped.
 *
 * `start` and `end` are offsets into the file's text (UTF-16 units).
 */
export interface Place {
  readonly start: number;
  readonly end: number;
}

/** An argument: `label` is Swift's label, Objective-C's selector part, JSX's attribute name; absent when there is none. */
export interface Argument extends Place {
  readonly label?: string | undefined;
  readonly value: Expression;
}

export interface Parameter extends Place {
  /** What the caller writes; undefined when the caller writes none. */
  readonly label?: string | undefined;
  readonly name: string;
  readonly type?: string | undefined;
  readonly fallback?: Expression | undefined;
  /** JavaScript's `({ url }, next)`: which argument this name is taken out of, of which type, and under which key. */
  readonly within?: { readonly index: number; readonly key: string | undefined; readonly type: string | undefined } | undefined;
}

export interface Name extends Place {
  kind: 'name';
  text: string;
}
/** A string literal; `parts` alternate text and interpolated expressions; no expression part means its value is known. */
export interface Text extends Place {
  kind: 'string';
  parts: (string | Expression)[];
}
export interface NumberLiteral extends Place {
  kind: 'number';
  value: number;
}
/** true, false, nil, null, undefined, and pattern literals nobody reads. */
export interface Literal extends Place {
  kind: 'literal';
  text: string;
}
/** `object.name`; `object` is undefined for Swift's implicit member `.name`. `at` is where the name itself starts. */
export interface Member extends Place {
  kind: 'member';
  object: Expression | undefined;
  name: string;
  at: number;
}
export interface Call extends Place {
  kind: 'call';
  callee: Expression;
  args: Argument[];
  /** `new X(…)` of JavaScript; Swift's initialisers look like calls of a capitalised name. */
  constructed?: boolean;
  /** The type that the program says it gives: of TypeScript's `get<Account>(…)` and `JSON.parse(text) as Account`. */
  gives?: string | undefined;
}
export interface Index extends Place {
  kind: 'index';
  object: Expression;
  args: Argument[];
}
export interface ArrayLiteral extends Place {
  kind: 'array';
  items: Expression[];
}
export interface Dictionary extends Place {
  kind: 'dictionary';
  entries: { key: Expression; value: Expression }[];
}
export interface Closure extends Place {
  kind: 'closure';
  params: Parameter[];
  /** The type of what it gives back, where the language writes it: `(): Promise<Account> => …`. */
  returns?: string | undefined;
  body: Statement[];
}
export interface Binary extends Place {
  kind: 'binary';
  op: string;
  left: Expression;
  right: Expression;
}
export interface Unary extends Place {
  kind: 'unary';
  op: string;
  operand: Expression;
}
export interface Assign extends Place {
  kind: 'assign';
  op: string;
  target: Expression;
  value: Expression;
}
export interface Conditional extends Place {
  kind: 'conditional';
  test: Expression;
  consequent: Expression;
  otherwise: Expression;
}
export interface Cast extends Place {
  kind: 'cast';
  value: Expression;
  type: string;
}
/** A parenthesised list; one unlabelled item is unwrapped by the readers. */
export interface Tuple extends Place {
  kind: 'tuple';
  items: Argument[];
}
/** A statement used as an expression (`if` and `switch` expressions of Swift, statement expressions of C). */
export interface StatementExpression extends Place {
  kind: 'statement-expression';
  statement: Statement;
}
/** What could not be read: one skipped stretch of text. */
export interface Unreadable extends Place {
  kind: 'unreadable';
}

export type Expression =
  | Name
  | Text
  | NumberLiteral
  | Literal
  | Member
  | Call
  | Index
  | ArrayLiteral
  | Dictionary
  | Closure
  | Binary
  | Unary
  | Assign
  | Conditional
  | Cast
  | Tuple
  | StatementExpression
  | Unreadable;

/** `let`, `var`, property, field, enum case: one name each. */
export interface Declare extends Place {
  kind: 'declare';
  name: string;
  type?: string | undefined;
  /** What calling it gives, where TypeScript declares a function so: `load` of `interface Api { load(): Promise<Account> }`. */
  gives?: string | undefined;
  value?: Expression | undefined;
  /** It takes a further part of what the declaration before it took one of: `b` of `const { a, b } = load()`, which loads once. */
  further?: true;
  /** Body of a computed property or its observers. */
  accessors?: Statement[] | undefined;
  constant: boolean;
  modifiers: readonly string[];
  /** What an enum case carries: `user` and `password` of `case login(user: String, password: String)`. */
  params?: readonly Parameter[];
}
export interface FunctionDeclaration extends Place {
  kind: 'function';
  name: string;
  params: Parameter[];
  returns?: string | undefined;
  body: Statement[];
  modifiers: readonly string[];
  hasBody: boolean;
}
export interface TypeDeclaration extends Place {
  kind: 'type';
  keyword: string;
  name: string;
  inherits: string[];
  /** `@Model`, `@MainActor`, where the language has them. */
  attributes?: readonly string[];
  members: Statement[];
  /** Fields that are declared by being set in the constructor, to what is spelled there. */
  fields?: readonly Declare[];
}
export interface If extends Place {
  kind: 'if';
  keyword: 'if' | 'guard' | 'while';
  conditions: (Expression | Declare)[];
  consequent: Statement[];
  otherwise: Statement[];
}
export interface For extends Place {
  kind: 'for';
  names: string[];
  of: Expression | undefined;
  body: Statement[];
}
export interface Switch extends Place {
  kind: 'switch';
  subject: Expression;
  cases: { patterns: Expression[]; body: Statement[] }[];
}
/** `return`, `throw`, `yield`. */
export interface Exit extends Place {
  kind: 'exit';
  keyword: string;
  value?: Expression | undefined;
}
/** `do`, `defer`, `try`, `catch`, `repeat`, `@autoreleasepool`, bare braces. */
export interface Block extends Place {
  kind: 'block';
  keyword: string;
  names: string[];
  body: Statement[];
}
/** What a file's default export is declared as. */
export const DEFAULT_EXPORT = 'default';

export interface Import extends Place {
  kind: 'import';
  from: string;
  /** What the file calls the module's default export. */
  local?: string | undefined;
}
export interface ExpressionStatement extends Place {
  kind: 'expression';
  expression: Expression;
}

export type Statement = Declare | FunctionDeclaration | TypeDeclaration | If | For | Switch | Exit | Block | Import | ExpressionStatement;

export type Node = Expression | Statement;

export type Language = 'swift' | 'objc' | 'script';

/** A stretch of the file that is compiled only in debug builds (`#if DEBUG`, `if (__DEV__)`). */
export interface DebugRange {
  start: number;
  end: number;
}

export interface Tree {
  readonly language: Language;
  readonly statements: Statement[];
  /** TypeScript's interfaces, aliases, enums and object types written in place, wherever they stand: nothing of them runs. */
  readonly shapes?: readonly TypeDeclaration[];
  readonly debugRanges: DebugRange[];
  /** Stretches that could not be read; an audit's silence about them proves nothing. */
  readonly unreadable: number;
}
