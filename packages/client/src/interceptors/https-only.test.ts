import { expect, test } from 'vitest';
import { type Call, newTrail } from '../call.ts';
import { httpsOnly } from './https-only.ts';

const call = (url: string): Call => ({
  method: 'GET',
  url,
  headers: {},
  body: undefined,
  signal: undefined,
  maxBytes: 1,
  access: 'user',
  idempotencyKey: undefined,
  trail: newTrail(),
});
const go = async (url: string, hosts: readonly string[] = []) => {
  let passed = 0;
  const next = async () => {
    passed++;
    return { status: 200, headers: {}, body: new Uint8Array(0) };
  };
  const code = await httpsOnly(hosts)(call(url), next).then(
    () => 'passed',
    (error) => error.code,
  );
  return [code, passed];
};

test('HTTPS passes', async () => {
  expect(await go('https://api.example/a')).toEqual(['passed', 1]);
});

test.each(['http://api.example/', 'ftp://api.example/', 'HTTP://api.example/', 'api.example', ''])(
  '%j does not, and nothing goes on',
  async (url) => {
    expect(await go(url)).toEqual(['insecure-url', 0]);
  },
);

test('an exception holds for its host and port alone', async () => {
  expect(await go('http://localhost:3000/', ['localhost:3000'])).toEqual(['passed', 1]);
  for (const url of ['http://localhost/', 'http://localhost:3001/', 'http://a.localhost:3000/', 'http://localhost:3000@evil.example/']) {
    expect(await go(url, ['localhost:3000'])).toEqual(['insecure-url', 0]);
  }
});
