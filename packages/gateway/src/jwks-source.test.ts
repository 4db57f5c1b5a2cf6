import { generateKeyPairSync } from 'node:crypto';
import { expect, test } from 'vitest';
import { createJwksSource } from './jwks-source.ts';
import { KeysUnavailableError } from './key-source.ts';

const jwk = () => generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey.export({ format: 'jwk' });
const set = (...keys: object[]) => JSON.stringify({ keys });

function source(first: string | Error) {
  const state = { answer: first, time: 0, fetches: 0, failures: [] as string[] };
  const keys = createJwksSource({
    jwksUri: 'https://issuer.example/jwks',
    monotonic: () => state.time,
    onFailure: (why) => state.failures.push(why),
    fetchText: async () => {
      state.fetches++;
      if (state.answer instanceof Error) throw state.answer;
      return state.answer;
    },
  });
  return { state, keys };
}

test('fetches when first asked, once for all who ask, and then answers at once', async () => {
  const { state, keys } = source(set({ ...jwk(), kid: 'a' }));
  const found = await Promise.all(Array.from({ length: 20 }, () => keys.find('a')));
  expect(new Set(found).size).toBe(1);
  expect(keys.find('a')).toBe(found[0]);
  expect(state.fetches).toBe(1);
});

test('an unknown id costs the issuer one fetch in ten seconds at most', async () => {
  const { state, keys } = source(set({ ...jwk(), kid: 'a' }));
  expect(await keys.find('x')).toBeUndefined();
  for (let count = 0; count < 100; count++) expect(await keys.find(`x${count}`)).toBeUndefined();
  expect(state.fetches).toBe(1);
  state.time = 10_000;
  state.answer = set({ ...jwk(), kid: 'a' }, { ...jwk(), kid: 'b' });
  const all = await Promise.all([keys.find('b'), keys.find('c'), keys.find('d')]);
  expect(all.map((key) => key !== undefined)).toEqual([true, false, false]);
  expect(state.fetches).toBe(2);
});

test('a withdrawn key is gone after the refresh, and the generation says that something changed', async () => {
  const [a, b] = [
    { ...jwk(), kid: 'a' },
    { ...jwk(), kid: 'b' },
  ];
  const { state, keys } = source(set(a, b));
  await keys.find('a');
  const before = keys.generation();
  state.answer = set(b);
  state.time = 300_001;
  // The old set still serves while the new one is fetched.
  expect(keys.find('a')).toBeDefined();
  await keys.find('unknown');
  expect(await keys.find('a')).toBeUndefined();
  expect(keys.generation()).not.toBe(before);
  const after = keys.generation();
  state.time = 700_000;
  await keys.find('b');
  await keys.find('unknown');
  expect(keys.generation()).toBe(after);
});

test('a withdrawn key is found out although every verdict is remembered and nobody asks for a key', async () => {
  const [a, b] = [
    { ...jwk(), kid: 'a' },
    { ...jwk(), kid: 'b' },
  ];
  const { state, keys } = source(set(a, b));
  await keys.find('a');
  const before = keys.generation();
  state.answer = set(b);
  state.time = 300_001;
  expect(keys.generation()).toBe(before);
  await new Promise((resolve) => setImmediate(resolve));
  expect(keys.generation()).not.toBe(before);
  state.answer = new Error('down');
  const after = keys.generation();
  state.time += 3_600_001;
  expect(keys.generation()).not.toBe(after);
});

test('without keys it says so, tries again soon, and tells why it failed', async () => {
  const { state, keys } = source(new Error('ECONNREFUSED'));
  await expect(keys.find('a')).rejects.toThrow(KeysUnavailableError);
  expect(() => keys.find('a')).toThrow(KeysUnavailableError);
  expect(state).toMatchObject({ fetches: 1, failures: ['https://issuer.example/jwks: ECONNREFUSED'] });
  state.time = 500;
  state.answer = set({ ...jwk(), kid: 'a' });
  expect(await keys.find('a')).toBeDefined();
});

test('an issuer that is down is believed for an hour, which is longer than any token lives', async () => {
  const { state, keys } = source(set({ ...jwk(), kid: 'a' }));
  await keys.find('a');
  state.answer = new Error('down');
  state.time = 3_600_000;
  expect(keys.find('a')).toBeDefined();
  await keys.find('x');
  state.time = 3_700_000;
  await expect(keys.find('a')).rejects.toThrow(KeysUnavailableError);
});

test.each([
  ['no JSON', 'nonsense'],
  ['no set', '{}'],
  ['too many keys', set(...Array.from({ length: 33 }, () => ({ kty: 'EC' })))],
  ['no key of ours', set({ kty: 'RSA', kid: 'a', n: 'x', e: 'AQAB' })],
  ['a point off the curve', set({ kty: 'EC', crv: 'P-256', x: 'A'.repeat(43), y: 'B'.repeat(42).concat('A'), kid: 'a' })],
  ['a private key', set({ ...generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ format: 'jwk' }), kid: 'a' })],
  ['a key without an id', set(jwk())],
  ['a key for encryption', set({ ...jwk(), kid: 'a', use: 'enc' })],
  ['a key for another algorithm', set({ ...jwk(), kid: 'a', alg: 'ES384' })],
])('a document with %s gives no keys', async (_, document) => {
  const { keys } = source(document);
  await expect(keys.find('a')).rejects.toThrow(KeysUnavailableError);
});
