import type { ArgumentValue } from './events.ts';
import { startOf, type Value } from './value.ts';

/** Never written to. */
const NO_ENTRIES = new Map<string, Value>();

/** A new object: its arguments are its entries. */
export function constructed(name: string, args: readonly ArgumentValue[]): Value {
  let entries = NO_ENTRIES;
  let literal = args.length > 0;
  for (let index = 0; index < args.length; index++) {
    const arg = args[index] as ArgumentValue;
    if (arg.label !== undefined) {
      if (entries === NO_ENTRIES) entries = new Map();
      entries.set(arg.label, arg.known);
    }
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
