import fc from 'fast-check';
import { expect, test } from 'vitest';
import { describeRequest } from './describe-request.ts';

const shown = (method: string, target: string, headers: Record<string, string> = {}) => describeRequest({ method, target, headers });

test.each([
  ['GET', '/v1/orders/4711?page=2&access_token=abc', {}, 'GET /v1/orders/{…}?page=…&access_token=…'],
  ['POST', '/', { authorization: 'Bearer abc', cookie: 'sid=1', accept: '*/*' }, 'POST / with authorization (bearer), cookie'],
  ['GET', '/me', { 'x-session-token': 'abc', dpop: 'eyJ' }, 'GET /me with x-session-token, dpop'],
  ['GET', '/password/opensesame', {}, 'GET /password/{…}'],
  ['GET', '/a/b/c/d/e/f/g/h/i/j', {}, 'GET /a/b/c/d/e/f/g/h/…'],
  ['GET', '/users/3f0c8c1e-0b7e-4d0e-9d0a-0a1b2c3d4e5f/cards', {}, 'GET /users/{…}/cards'],
  ['G3T', '*', { authorization: 'Custom abc' }, 'a request / with authorization'],
])('%s %s', (method, target, headers, text) => expect(shown(method, target, headers)).toBe(text));

test('no value of a header, a query or an id is ever shown', () => {
  const secret = fc.stringMatching(/^[A-Za-z0-9+/=_.%-]{6,60}$/).filter((text) => /\d/.test(text));
  const scheme = fc.constantFrom('Bearer ', 'DPoP ', 'Basic ', '');
  fc.assert(
    fc.property(secret, scheme, fc.constantFrom('authorization', 'cookie', 'x-api-key', 'user-agent'), (text, prefix, header) => {
      // Without what would end it: a part of a path, a name of a query; names are shown.
      const bare = text.replaceAll(/[/=]/g, '_');
      const target = `/orders/${bare}/lines?code=${text}&${bare}`;
      const line = shown('GET', target, { [header]: `${prefix}${text}`, [bare]: text });
      for (const part of text.split(/[^A-Za-z0-9]+/)) if (part.length >= 6) expect(line).not.toContain(part);
    }),
  );
});

test('it is one short line without control characters, whatever comes', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary', maxLength: 800 }), (method, target) => {
      const line = shown(method, target, { [target]: method, cookie: target });
      expect(line).not.toMatch(/\p{Cc}/u);
      expect(line.length).toBeLessThan(1_500);
    }),
  );
});
