import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseSpkiPin } from './spki-pin.ts';

test('reads every SHA-256 in base64, in the spellings of RFC 7469, OkHttp and curl', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 32, maxLength: 32 }), fc.constantFrom('', 'sha256/', 'sha256//'), (bytes, prefix) => {
      const pin = Buffer.from(bytes).toString('base64');
      expect(parseSpkiPin(prefix + pin)).toBe(pin);
    }),
  );
});

test.each([
  ['too short', 'AAAA'],
  ['SHA-1', `${'A'.repeat(27)}=`],
  ['base64url', `${'-'.repeat(43)}=`],
  ['stray bits', `${'A'.repeat(42)}B=`],
  ['hex', 'ab'.repeat(32)],
])('refuses %s', (_, text) => {
  expect(parseSpkiPin(text)).toBeUndefined();
});
