import { expect, it } from 'vitest';
import type { Value } from './value.ts';
import { isTable, withEntry } from './with-entry.ts';

const value = (text: string): Value => ({ text });

it('adds and replaces entries, and leaves what other values share as it was', () => {
  const first = withEntry(undefined, 'user', value('ana'));
  const second = withEntry(first, 'token', value('t1'));
  const third = withEntry(second, 'token', value('t2'));
  expect([...first.keys()]).toEqual(['user']);
  expect(second.get('token')).toEqual(value('t1'));
  expect([...third]).toEqual([
    ['user', value('ana')],
    ['token', value('t2')],
  ]);
});

it('stops growing a table, but still knows what is stored anew in it', () => {
  let entries: ReadonlyMap<string, Value> = new Map();
  const seen = new Set<ReadonlyMap<string, Value>>();
  for (let index = 0; index < 10_000; index++) {
    entries = withEntry(entries, `row ${index}`, value('x'));
    seen.add(entries);
  }
  expect(isTable(entries)).toBe(true);
  // As many copies as there are entries, and none for the rows after them.
  expect(seen.size).toBe(entries.size);
  expect(entries.has('row 9999')).toBe(false);
  expect(withEntry(entries, 'row 0', value('new')).get('row 0')).toEqual(value('new'));
});
