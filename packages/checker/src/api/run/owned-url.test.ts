import { expect, it } from 'vitest';
import type { Target } from '../target.ts';
import { isOwnedUrl } from './owned-url.ts';

const url = new URL('https://api.example/orders');
const target: Target = { url, secure: true, host: url.hostname, port: 443, loopback: false };

it.each([
  ['https://api.example/token', true],
  ['https://api.example:9443/token', true],
  ['https://auth.example/token', true],
  ['http://127.0.0.1:9000/token', true],
  ['http://api.example/token', false],
  ['https://elsewhere.example/token', false],
  ['https://auth.example.evil.example/token', false],
  ['ftp://127.0.0.1/', false],
  ['token', false],
])('%s: %s', (address, owned) => {
  expect(isOwnedUrl(address, target, { url: url.href, owned: ['auth.example'] })).toBe(owned);
});
