import { createHash, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { expect, test } from 'vitest';
import { pinSetKeyOf } from './pin-set-key.ts';

const spkiOf = (publicKey: KeyObject) => publicKey.export({ type: 'spki', format: 'der' });
const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest();
const name = (spki: Uint8Array) => pinSetKeyOf(spki, sha256(spki));

test('P-256 and Ed25519 keys are told by their algorithm and the hash of their key', () => {
  for (let count = 0; count < 20; count++) {
    const p256 = spkiOf(generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey);
    expect(name(p256)).toEqual({ alg: 'ES256', kid: sha256(p256).toString('base64url') });
    const ed25519 = spkiOf(generateKeyPairSync('ed25519').publicKey);
    expect(name(ed25519)).toEqual({ alg: 'EdDSA', kid: sha256(ed25519).toString('base64url') });
  }
});

test('no other key is one', () => {
  for (const namedCurve of ['P-384', 'secp256k1'])
    expect(name(spkiOf(generateKeyPairSync('ec', { namedCurve }).publicKey))).toBeUndefined();
  expect(name(spkiOf(generateKeyPairSync('rsa', { modulusLength: 2048 }).publicKey))).toBeUndefined();
  expect(name(spkiOf(generateKeyPairSync('x25519').publicKey))).toBeUndefined();
  expect(name(spkiOf(generateKeyPairSync('ed25519').publicKey).subarray(0, 43))).toBeUndefined();
  expect(name(new Uint8Array())).toBeUndefined();
});
