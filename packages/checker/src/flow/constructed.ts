import type { ArgumentValue } from './events.ts';
import { startOf, type Value } from './value.ts';

/** A new object: its arguments are its entries. */
export function constructed(name: string, args: readonly ArgumentValue[]): Value {
  const entries = new Map<string, Value>();
  let literal = args.length > 0;
  for (const arg of args) {
    if (arg.label !== undefined) entries.set(arg.label, arg.known);
    if (arg.known.literal !== true) literal = false;
  }
  const start = args[0] === undefined ? undefined : startOf(args[0].known);
  return {
    type: name,
    head: start?.includes('://') === true ? start : undefined,
    entries,
    literal,
    items: args.map((arg) => arg.known),
    symbol: `${name}()`,
  };
}
