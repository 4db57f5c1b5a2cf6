import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseCompactJws } from './compact-jws.ts';

const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');

test('reads back any header and payload, whatever the script of its text', () => {
  const object = fc.dictionary(fc.string({ unit: 'grapheme' }), fc.jsonValue({ maxDepth: 3 }));
  fc.assert(
    fc.property(object, object, fc.uint8Array({ maxLength: 80 }), (header, payload, signature) => {
      const input = `${encode(header)}.${encode(payload)}`;
      const parsed = parseCompactJws(`${input}.${Buffer.from(signature).toString('base64url')}`);
      expect(parsed?.header).toEqual(JSON.parse(JSON.stringify(header)));
      expect(parsed?.payload).toEqual(JSON.parse(JSON.stringify(payload)));
      expect(parsed?.signingInput).toBe(input);
      expect(parsed?.signature).toEqual(signature);
    }),
  );
});

test('any change of one character changes what was read, or is refused', () => {
  const token = `${encode({ alg: 'ES256' })}.${encode({ sub: 'user-1' })}.${Buffer.alloc(64, 7).toString('base64url')}`;
  const original = parseCompactJws(token);
  fc.assert(
    fc.property(fc.nat(token.length - 1), fc.string({ minLength: 0, maxLength: 2 }), (index, replacement) => {
      const changed = token.slice(0, index) + replacement + token.slice(index + 1);
      fc.pre(changed !== token);
      expect(parseCompactJws(changed)).not.toEqual(original);
    }),
  );
});

test.each([
  ['two parts', `${encode({})}.${encode({})}`],
  ['five parts, a JWE', `${encode({})}.${encode({})}.AA.AA.AA`],
  ['an array for a header', `${encode([])}.${encode({})}.AA`],
  ['a payload that is text', `${encode({})}.${encode('x')}.AA`],
  ['bytes that are no UTF-8', `${encode({})}.${Buffer.from('{"a":"\xff"}', 'latin1').toString('base64url')}.AA`],
  ['more than 8 KiB', `${encode({ a: 'a'.repeat(8192) })}.${encode({})}.AA`],
])('refuses %s', (_, token) => {
  expect(parseCompactJws(token)).toBeUndefined();
});
