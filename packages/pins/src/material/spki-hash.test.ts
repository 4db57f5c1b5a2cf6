import { execFileSync } from 'node:child_process';
import { createHash, createPrivateKey, createPublicKey } from 'node:crypto';
import { expect, test } from 'vitest';
import { pinOfKey, rawKey, rawKeyHash } from './spki-hash.ts';

const KINDS: readonly (readonly [string, readonly string[]])[] = [
  ['P-256', ['-algorithm', 'EC', '-pkeyopt', 'ec_paramgen_curve:P-256']],
  ['P-384', ['-algorithm', 'EC', '-pkeyopt', 'ec_paramgen_curve:P-384']],
  ['RSA 2048', ['-algorithm', 'RSA', '-pkeyopt', 'rsa_keygen_bits:2048']],
  ['RSA 3072', ['-algorithm', 'RSA', '-pkeyopt', 'rsa_keygen_bits:3072']],
  ['RSA 4096', ['-algorithm', 'RSA', '-pkeyopt', 'rsa_keygen_bits:4096']],
  ['Ed25519', ['-algorithm', 'ED25519']],
];

function openssl(args: readonly string[], input?: Buffer): Buffer {
  return execFileSync('openssl', args, { stdio: ['pipe', 'pipe', 'ignore'], ...(input && { input }) });
}

test.each(KINDS)('the pin of a %s key equals what the openssl command line makes', (_, options) => {
  const pem = openssl(['genpkey', ...options]);
  const spki = openssl(['pkey', '-pubout', '-outform', 'DER'], pem);
  const expected = openssl(['dgst', '-sha256', '-binary'], spki).toString('base64');
  const key = createPrivateKey(pem);
  expect(pinOfKey(key)).toBe(expected);
  expect(pinOfKey(createPublicKey(key))).toBe(expected);
  expect(rawKeyHash(key)).not.toBe(expected);
});

test('the raw hash is over the tail of the SubjectPublicKeyInfo, without the header that names the algorithm', () => {
  for (const [name, options] of KINDS.slice(0, 3)) {
    const key = createPublicKey(createPrivateKey(openssl(['genpkey', ...options])));
    const spki = key.export({ type: 'spki', format: 'der' });
    const bare = rawKey(key) as Buffer;
    expect(spki.subarray(spki.length - bare.length).equals(bare), name).toBe(true);
    expect(rawKeyHash(key)).toBe(createHash('sha256').update(bare).digest('base64'));
  }
});
