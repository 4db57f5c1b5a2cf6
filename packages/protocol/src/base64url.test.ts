import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decodeBase64url, encodeBase64url } from './base64url.ts';

test('agrees with the platform on every byte string', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      const text = encodeBase64url(bytes);
      expect(text).toBe(Buffer.from(bytes).toString('base64url'));
      expect(decodeBase64url(text)).toEqual(bytes);
    }),
  );
});

test('whatever it accepts is the one spelling of those bytes', () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 40 }), (text) => {
      const bytes = decodeBase64url(text);
      if (bytes !== undefined) expect(encodeBase64url(bytes)).toBe(text);
    }),
  );
});

test.each([
  ['padding', '_w=='],
  ['stray bits', '_x'],
  ['the other alphabet', '/w'],
  ['white space', '_ w'],
  ['a single character', 'A'],
  ['a character beyond ASCII', 'AAA\u0141'],
])('refuses %s', (_, text) => {
  expect(decodeBase64url(text)).toBeUndefined();
});
