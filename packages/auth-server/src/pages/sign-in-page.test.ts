import { expect, test } from 'vitest';
import { formSource } from './sign-in-page.ts';

test.each([
  ['com.example.app:/signed-in', 'com.example.app:'],
  ['https://app.example/signed-in?a=b', 'https://app.example'],
  ['http://127.0.0.1:49152/signed-in', 'http://127.0.0.1:49152'],
  ['http://[::1]:49152/signed-in', 'http:'],
])('a form may lead to the app at %s by the source %s', (uri, source) => {
  expect(formSource(uri)).toBe(source);
});
