import { generateKeyPairSync, sign } from 'node:crypto';
import type { DeviceJwk } from '@sallyport/protocol';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { verifyEs256 } from './verify-es256.ts';

const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const jwk = publicKey.export({ format: 'jwk' }) as unknown as DeviceJwk;
const signed = (input: string) => sign('sha256', Buffer.from(input), { key: privateKey, dsaEncoding: 'ieee-p1363' });

test('accepts its own signature, by key object and by JWK, whatever zeros r and s begin with', () => {
  const seen = new Set<boolean>();
  // One signature in 128 or so begins with a zero byte; 600 hold some of each kind.
  for (let round = 0; round < 600; round++) {
    const signature = signed(`round ${round}`);
    seen.add(signature[0] === 0 || signature[32] === 0);
    expect(verifyEs256(publicKey, `round ${round}`, signature)).toBe(true);
  }
  expect([...seen].sort()).toEqual([false, true]);
  expect(verifyEs256(jwk, 'x', signed('x'))).toBe(true);
});

const ORDER = Buffer.from('ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551', 'hex');
const zero = Buffer.alloc(32);
const one = Buffer.from('01'.padStart(64, '0'), 'hex');

test.each<[string, Buffer]>([
  ['r = s = 0', Buffer.concat([zero, zero])],
  ['r = 0', Buffer.concat([zero, one])],
  ['r = s = n', Buffer.concat([ORDER, ORDER])],
  ['r = s = 1', Buffer.concat([one, one])],
  ['all ones', Buffer.alloc(64, 255)],
  ['DER', sign('sha256', Buffer.from('x'), privateKey)],
  ['nothing', Buffer.alloc(0)],
  ['a byte too many', Buffer.concat([signed('x'), Buffer.of(0)])],
])('refuses %s', (_, signature) => {
  expect(verifyEs256(publicKey, 'x', signature)).toBe(false);
});

test('property: one flipped bit anywhere breaks it', () => {
  const signature = signed('x');
  fc.assert(
    fc.property(fc.nat(511), (bit) => {
      const changed = Buffer.from(signature);
      changed[bit >> 3] = (changed[bit >> 3] as number) ^ (1 << (bit & 7));
      expect(verifyEs256(publicKey, 'x', changed)).toBe(false);
    }),
    { numRuns: 200 },
  );
});
