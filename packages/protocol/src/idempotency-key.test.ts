import fc from 'fast-check';
import { expect, test } from 'vitest';
import { formatIdempotencyKey, parseIdempotencyKey } from './idempotency-key.ts';

test('what is written is read back, for every printable key', () => {
  fc.assert(
    fc.property(fc.stringMatching(/^[\x20-\x7e]{1,255}$/), (key) => {
      expect(parseIdempotencyKey(formatIdempotencyKey(key))).toBe(key);
    }),
  );
});

test('the bare and the quoted spelling are one key', () => {
  expect(parseIdempotencyKey('abc-1')).toBe('abc-1');
  expect(parseIdempotencyKey(' "abc-1" ')).toBe('abc-1');
});

test.each([
  '',
  '""',
  '"',
  '"a',
  'a"b',
  '"a"b"',
  'two words',
  '"a", "b"',
  'a,b',
  '"\u00e9"',
  '"\n"',
  'x'.repeat(256),
  `"${'x'.repeat(256)}"`,
])('refuses %j', (field) => {
  expect(parseIdempotencyKey(field)).toBeUndefined();
});

test('never throws', () => {
  fc.assert(fc.property(fc.string(), (field) => void parseIdempotencyKey(field)));
});
