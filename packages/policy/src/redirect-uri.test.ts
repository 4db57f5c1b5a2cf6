import fc from 'fast-check';
import { expect, test } from 'vitest';
import { redirectUriProblem } from './redirect-uri.ts';

test.each([
  'com.example.app:/signed-in',
  'com.example.app://signed-in',
  'https://app.example.com/signed-in?from=login',
  'http://127.0.0.1/signed-in',
  'http://127.0.0.1:52100/',
  'http://[::1]:8080/signed-in',
])('accepts %s', (uri) => {
  expect(redirectUriProblem(uri)).toBeUndefined();
});

test.each([
  ['myapp:/signed-in', 'dot'],
  ['javascript:alert(1)', 'dot'],
  ['http://app.example.com/', 'plain http'],
  ['http://127.0.0.1.example.com/', 'plain http'],
  ['http://localhost:8080/', 'not localhost'],
  ['https://app.example.com/#here', 'fragment'],
  ['https://app.example.com/#', 'fragment'],
  ['https://user@app.example.com/', 'user'],
  ['https://*.example.com/', 'wildcards'],
  ['https://app.example.com/a b', 'spaces'],
  ['https://äpp.example.com/', 'plain address'],
  ['signed-in', 'address such as'],
  ['', 'address such as'],
  [`https://app.example.com/${'a'.repeat(2000)}`, 'plain address'],
])('refuses %s', (uri, why) => {
  expect(redirectUriProblem(uri)).toContain(why);
});

test('answers whatever the text', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.webUrl()), (text) => {
      const problem = redirectUriProblem(text);
      if (problem === undefined) expect(new URL(text).protocol).toMatch(/^https?:$|\./);
    }),
  );
});
