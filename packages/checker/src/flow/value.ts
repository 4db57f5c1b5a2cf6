import type { Call, Closure, Expression } from '../syntax/tree.ts';
import { onceAName } from './once-a-name.ts';
import type { Unit } from './project.ts';
import type { Sensitivity } from './sensitive-name.ts';

/** Why a value counts as a secret or as personal: the name that said so. */
export interface Sensitive {
  readonly kind: Sensitivity;
  readonly name: string;
  /** It holds a secret somewhere inside; a single member of it may be harmless. */
  readonly whole?: boolean | undefined;
  /** The call that handed it to a function whose parameter does not say what it gets: `log(message: token)`. */
  readonly handed?: { readonly unit: Unit; readonly node: Call } | undefined;
}

/** What is known of a value at one point of the program. Unknown is the common case and costs nothing (`UNKNOWN`). */
export interface Value {
  /** The exact text, when the program spells it out. */
  readonly text?: string | undefined;
  /** How a composed text begins: `http://shop.example/?q=` of `"http://shop.example/?q=" + query`. */
  readonly head?: string | undefined;
  readonly number?: number | undefined;
  /** Made of literals only: the same bytes in every copy of the app. */
  readonly literal?: boolean | undefined;
  readonly sensitive?: Sensitive | undefined;
  /** Came from outside the program: network, file, another app, a text field. The text says from where. */
  readonly foreign?: string | undefined;
  /** Name of the static type, without generics and optionals. */
  readonly type?: string | undefined;
  /** It went through encryption, hashing or masking. */
  readonly guarded?: boolean | undefined;
  /** Came out of a random generator. */
  readonly random?: boolean | undefined;
  /** A string with parts that are neither literal nor a number: the parts' sum cannot be known when reading. */
  readonly composed?: boolean | undefined;
  readonly items?: readonly Value[] | undefined;
  readonly entries?: ReadonlyMap<string, Value> | undefined;
  readonly closure?: Closure | undefined;
  /** The variables the closure sees. */
  readonly closureScope?: unknown;
  /** Dotted spelling of what the value is, such as `kSecClassGenericPassword` or `CCAlgorithm.aes`. */
  readonly symbol?: string | undefined;
  /** The expression that made it. */
  readonly from?: Expression | undefined;
  /** Method names called on it and members read of it so far (`update`, `seal`, …), kept for objects in variables. */
  readonly bound?: readonly Value[] | undefined;
}

export const UNKNOWN: Value = {};
/** Nothing yet: what a sum of values begins with. */
export const EMPTY_LIST: Value = { literal: true };

/** A key is at most that many bytes; longer lists are tables: symbols, words, test data. What they hold is known from their beginning. */
export const MAX_ITEMS = 1_024;

const NUMERIC =
  /^(?:U?Int(?:8|16|32|64)?|Double|Float|CGFloat|Bool|NSInteger|NSUInteger|int|long|float|double|number|boolean|BOOL|CInt|TimeInterval|Decimal)$/;

/** Whether the value cannot carry text that changes the meaning of a query or a script. */
export const isNumeric = (value: Value): boolean => value.number !== undefined || (value.type !== undefined && NUMERIC.test(value.type));

/** One value made of two: a concatenation, an interpolation, a collection. */
export function combine(left: Value, right: Value): Value {
  if (left === UNKNOWN && right === UNKNOWN) return UNKNOWN;
  return {
    literal: left.literal === true && right.literal === true,
    sensitive: stronger(left.sensitive, right.sensitive),
    foreign: left.foreign ?? right.foreign,
    random: left.random ?? right.random,
    text: left.text !== undefined && right.text !== undefined ? left.text + right.text : undefined,
    head: headOf(left, right),
  };
}

/** How the text begins, as far as it is known. */
export const startOf = (value: Value): string | undefined => value.text || value.head;

function headOf(left: Value, right: Value): string | undefined {
  if (left.text === undefined) return left.head;
  return right.text === undefined ? left.text + (right.head ?? '') : undefined;
}

/** What is known after either of two values may have been stored (a branch, a loop). */
export function either(left: Value, right: Value): Value {
  if (left === right) return left;
  return {
    literal: left.literal === true && right.literal === true,
    text: left.text === right.text ? left.text : undefined,
    head: startOf(left) ?? startOf(right),
    number: left.number === right.number ? left.number : undefined,
    sensitive: stronger(left.sensitive, right.sensitive),
    foreign: left.foreign ?? right.foreign,
    random: left.random ?? right.random,
    composed: left.composed ?? right.composed,
    type: left.type ?? right.type,
    symbol: left.symbol === right.symbol ? left.symbol : undefined,
    items: left.items ?? right.items,
    entries: left.entries ?? right.entries,
    from: left.from ?? right.from,
  };
}

function stronger(left: Sensitive | undefined, right: Sensitive | undefined): Sensitive | undefined {
  if (left === undefined) return right;
  return right?.kind === 'credential' && left.kind === 'personal' ? right : left;
}

/** `[Account]?`, `Optional<Account>`, `inout Account` are all about `Account`. */
export function bareType(type: string | undefined): string | undefined {
  return type === undefined ? undefined : (firstName(type) ?? undefined);
}

const firstName = onceAName((type) => {
  const match = /^(?:inout\s+|some\s+|any\s+|const\s+|@\w+\s+)*(?:Optional<)?([A-Za-z_][\w.]*)/.exec(type);
  return match?.[1] ?? null;
});
