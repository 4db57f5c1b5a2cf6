import { createPublicKey, type JsonWebKey, verify } from 'node:crypto';
import { inspect } from 'node:util';
import { expect, test } from 'vitest';
import { createMemoryStore } from '../memory/credential-store.ts';
import { createNodeDeviceKey } from './device-key.ts';

test('signs ES256 as JWS wants it: 64 bytes, always', async () => {
  const { jwk, sign } = await createNodeDeviceKey().create();
  const key = createPublicKey({ key: jwk as unknown as JsonWebKey, format: 'jwk' });
  // Enough for r or s to begin with a zero byte, which a careless conversion from DER loses.
  for (let turn = 0; turn < 600; turn++) {
    const signature = await sign(`input ${turn}`);
    expect(signature).toHaveLength(64);
    expect(verify('sha256', Buffer.from(`input ${turn}`), { key, dsaEncoding: 'ieee-p1363' }, signature)).toBe(true);
  }
});

test('there is none before it is made, one until it is replaced or removed, and nothing of it can be printed', async () => {
  const key = createNodeDeviceKey();
  expect(await key.load()).toBeUndefined();
  const first = await key.create();
  expect(await key.load()).toBe(first);
  expect((await key.create()).jwk).not.toEqual(first.jwk);
  expect(Object.keys(first.jwk).sort()).toEqual(['crv', 'kty', 'x', 'y']);
  expect(inspect(first, { showHidden: true, depth: 9 })).not.toContain('PrivateKey');
  await key.remove();
  expect(await key.load()).toBeUndefined();
});

test('a key that another process put in its place, or removed, is seen at once', async () => {
  const vault = createMemoryStore();
  const [here, elsewhere] = [createNodeDeviceKey(vault), createNodeDeviceKey(vault)];
  const first = await here.create();
  expect((await elsewhere.load())?.jwk).toEqual(first.jwk);
  const second = await elsewhere.create();
  expect((await here.load())?.jwk).toEqual(second.jwk);
  await elsewhere.remove();
  expect(await here.load()).toBeUndefined();
});
