import type { Value } from './value.ts';

/**
 * A record that is filled field by field has fewer fields. What is grown further is a table, whose rows nobody asks for one by one; to
 * copy them for each new one would cost the square of their number.
 */
const MAX_ENTRIES = 200;

/** Whether there are so many entries that they are not copied for a few more. */
export const isTable = ({ size }: ReadonlyMap<string, Value>): boolean => size >= MAX_ENTRIES;

/**
 * The entries of an object after one was stored. Those given stay as they are: other values may share them.
 *
 * @example withEntry(user.entries, 'token', value)
 */
export function withEntry(entries: ReadonlyMap<string, Value> | undefined, key: string, value: Value): ReadonlyMap<string, Value> {
  if (entries === undefined) return new Map([[key, value]]);
  if (isTable(entries) && !entries.has(key)) return entries;
  return new Map(entries).set(key, value);
}
