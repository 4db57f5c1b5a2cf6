import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decodeUtf8, encodeUtf8 } from './utf8.ts';

test('agrees with the platform on every text', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (text) => {
      expect(encodeUtf8(text)).toEqual(new TextEncoder().encode(text));
      expect(decodeUtf8(encodeUtf8(text))).toBe(text);
    }),
  );
});

test('agrees with the platform on which bytes are no text', () => {
  const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  const decode = (bytes: Uint8Array) => {
    try {
      return strict.decode(bytes);
    } catch {
      return undefined;
    }
  };
  const property = fc.property(fc.uint8Array({ maxLength: 8 }), (bytes) => {
    expect(decodeUtf8(bytes)).toBe(decode(bytes));
  });
  fc.assert(property, { numRuns: 2000 });
});
