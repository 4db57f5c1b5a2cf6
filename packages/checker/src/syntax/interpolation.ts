import type { Argument, Expression, Name } from './tree.ts';

/** The name of the call an interpolation with options is read as. */
export const INTERPOLATION = '\\()';

/** What `\( … )` holds: one expression, or with options such as `privacy:` a call so that rules can read them. */
export function interpolated(args: Argument[], end: number): Expression {
  const first = args[0];
  if (first === undefined) return { kind: 'unreadable', start: end, end };
  if (args.length === 1) return first.value;
  const callee: Name = { kind: 'name', text: INTERPOLATION, start: first.start, end: first.start };
  return { kind: 'call', callee, args, start: first.start, end };
}
