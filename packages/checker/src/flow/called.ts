import type { Call, Expression } from '../syntax/tree.ts';
import type { ArgumentValue } from './events.ts';
import type { CallTraits } from './known-calls.ts';
import type { Value } from './value.ts';

/** A call, taken apart: what its result is worked out from. */
export interface Called {
  readonly node: Call;
  /** The last word of what is called. */
  readonly name: string;
  /** What the name alone says. */
  readonly traits: CallTraits;
  /** Dotted spelling of what is called. */
  readonly path: string;
  readonly receiver: Value | undefined;
  readonly receiverNode: Expression | undefined;
  readonly args: readonly ArgumentValue[];
  /** What its closures give back. */
  readonly closureResult: Value | undefined;
}

/** Whether a name is spelled like a type's. */
export function isTypeName(name: string): boolean {
  const first = name.charCodeAt(0);
  return first >= 65 && first <= 90;
}

/** The last word of what is called; `[UInt8](…)` and `[String: Any](…)` call their types. */
export function calledName(callee: Expression): string {
  if (callee.kind === 'name') return callee.text;
  if (callee.kind === 'member') return callee.name;
  if (callee.kind === 'array' && callee.items.length === 1) return 'Array';
  return callee.kind === 'dictionary' ? 'Dictionary' : '';
}

/** `Account` of an argument `Account.self`. */
export function metatype(args: readonly ArgumentValue[]): string | undefined {
  for (const { value } of args)
    if (value.kind === 'member' && value.name === 'self' && value.object?.kind === 'name' && isTypeName(value.object.text))
      return value.object.text;
  return undefined;
}

/** The class of `[[Page alloc] initWithFrame:frame]` and `[Page new]`. */
export function allocatedType(name: string, receiver: Expression | undefined): string | undefined {
  const holder =
    name.startsWith('init') && receiver?.kind === 'call' && receiver.callee.kind === 'member' && receiver.callee.name === 'alloc'
      ? receiver.callee.object
      : name === 'new'
        ? receiver
        : undefined;
  return holder?.kind === 'name' && isTypeName(holder.text) ? holder.text : undefined;
}

/** `string(forKey: …)`, `data(for: …)`: what is given says where to look, it is no part of what comes back. */
export const looksUp = (args: readonly ArgumentValue[]): boolean => /^(?:for(?:[A-Z]\w*)?|key|named)$/.test(args[0]?.label ?? '');
