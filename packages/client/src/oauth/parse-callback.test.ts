import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseCallback } from './parse-callback.ts';

const URI = 'com.example.app:/signed-in';

test('what was written is read back', () => {
  const text = fc.string({ minLength: 1, unit: 'grapheme' });
  fc.assert(
    fc.property(text, text, fc.option(text, { nil: undefined }), (code, state, iss) => {
      const query = Object.entries({ code, state, iss }).flatMap(([name, value]) =>
        value === undefined ? [] : [`${name}=${encodeURIComponent(value)}`],
      );
      expect(parseCallback(`${URI}?${query.join('&')}`, URI)).toEqual({ code, state, issuer: iss, error: undefined });
    }),
  );
});

test('never throws, and believes nothing that does not begin with the redirect URI and a query', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      expect(parseCallback(text, URI)).toBeUndefined();
      parseCallback(`${URI}?${text}`, URI);
    }),
  );
});

test('no field may come twice, in any spelling', () => {
  fc.assert(
    fc.property(fc.constantFrom('code', 'state', 'iss', '%63ode', 'cod%65'), fc.string(), (name, value) => {
      const twice = `${URI}?code=a&state=b&iss=c&${name}=${encodeURIComponent(value)}`;
      expect(parseCallback(twice, URI)).toBeUndefined();
    }),
  );
});

test.each([
  ['another scheme', 'com.evil.app:/signed-in?code=a&state=b'],
  ['another path', `${URI}/more?code=a&state=b`],
  ['a longer path', `${URI}x?code=a&state=b`],
  ['another case', 'com.example.app:/Signed-in?code=a&state=b'],
  ['a fragment', `${URI}?code=a&state=b#c`],
  ['an answer in the fragment', `${URI}#code=a&state=b`],
  ['no query', URI],
  ['neither code nor error', `${URI}?state=b`],
  ['both', `${URI}?code=a&error=b&state=c`],
  ['an empty code', `${URI}?code=&state=b`],
  ['a broken escape', `${URI}?code=%zz&state=b`],
  ['bytes that are no UTF-8', `${URI}?code=%ff&state=b`],
  ['an endless one', `${URI}?code=${'a'.repeat(8192)}&state=b`],
])('refuses %s', (_, address) => {
  expect(parseCallback(`${URI}?code=a&state=b`, URI)).toBeDefined();
  expect(parseCallback(address, URI)).toBeUndefined();
});
