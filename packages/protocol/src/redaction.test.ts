import fc from 'fast-check';
import { expect, test } from 'vitest';
import { REDACTED, redactHeaders, redactText, redactUrl, redactValue } from './redaction.ts';

const SECRET = 'eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiJ1c2VyIn0.c2lnbmF0dXJl';

test('a token is never shown, wherever in a value it stands', () => {
  const place = fc.oneof(
    fc
      .constantFrom('access_token', 'accessToken', 'Refresh-Token', 'authorization', 'DPoP', 'password', 'note', 'x')
      .map((name) => ({ [name]: SECRET })),
    fc.string().map((text) => ({ message: `${text} ${SECRET}` })),
    fc.constant([`Bearer ${SECRET}`]),
    fc.constant({ error: new Error(`refused: ${SECRET}`) }),
  );
  fc.assert(
    fc.property(place, fc.integer({ min: 0, max: 9 }), (inner, depth) => {
      let value: unknown = inner;
      for (let level = 0; level < depth; level++) value = { level: value };
      expect(JSON.stringify(redactValue(value))).not.toContain(SECRET);
    }),
  );
});

test('what is no secret stays readable', () => {
  const value = { status: 200, path: '/orders', nested: { page: 2, ok: true, none: null } };
  expect(redactValue(value)).toEqual(value);
  expect(redactText('listening on 127.0.0.1, version 1.2.3')).toBe('listening on 127.0.0.1, version 1.2.3');
});

test('an error keeps name, code and message, and loses its stack', () => {
  const error = Object.assign(new TypeError('no disk'), { code: 'ENOSPC' });
  expect(redactValue(error)).toEqual({ name: 'TypeError', code: 'ENOSPC', message: 'no disk' });
});

test('credential headers are hidden in any spelling, others are not', () => {
  expect(redactHeaders({ AUTHORIZATION: 'DPoP abc', 'set-cookie': ['a=1'], Accept: 'text/html', DPoP: 'x', Absent: undefined })).toEqual({
    AUTHORIZATION: REDACTED,
    'set-cookie': REDACTED,
    Accept: 'text/html',
    DPoP: REDACTED,
  });
});

test('of an address the query values, the user and the fragment are hidden', () => {
  expect(redactUrl('https://me:pw@a.example/p?code=1&page=2#access_token=x')).toBe(
    `https://${REDACTED}@a.example/p?code=${REDACTED}&page=${REDACTED}`,
  );
  expect(redactUrl('/orders')).toBe('/orders');
});
