import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseForm } from './parse-form.ts';

const NAMES = ['username', 'password'] as const;

test('whatever a browser sends is read as it was typed', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), fc.string({ unit: 'binary' }), (username, password) => {
      const body = new URLSearchParams({ username, password }).toString();
      // URLSearchParams writes lone surrogates as U+FFFD, as browsers do.
      expect(parseForm(body, NAMES)).toEqual({ username: username.toWellFormed(), password: password.toWellFormed() });
    }),
  );
});

test.each([
  '',
  'username=ana',
  'username=ana&password=p&password=q',
  'username=ana&username=bob&password=p',
  'username=ana&password=p&extra=1',
  'username=ana&password',
  'username=ana&password=p&',
  '__proto__=x&password=p',
  'username=%ff&password=p',
  'username=%&password=p',
  'username=a b&password=p',
  'username=a=b&password=p',
  'username=\u00e9&password=p',
  '{"username":"ana","password":"p"}',
])('%j is not the form', (body) => {
  expect(parseForm(body, NAMES)).toBeUndefined();
});

test('whatever else is sent, nothing is thrown and no other field comes out', () => {
  fc.assert(
    fc.property(fc.string(), (body) => {
      const form = parseForm(body, NAMES);
      expect(form === undefined || Object.keys(form).sort().join() === 'password,username').toBe(true);
    }),
  );
});
