import { generateKeyPairSync, type KeyObject } from 'node:crypto';

export interface ForeignKey {
  readonly alg: string;
  readonly privateKey: KeyObject;
  /** Public half as a JWK with `kid`, `alg` and `use`. */
  readonly jwk: Readonly<Record<string, unknown>>;
}

const CURVES: Readonly<Record<string, string>> = { ES256: 'P-256', ES384: 'P-384', ES512: 'P-521' };

/** Makes a key of our own for the algorithm the API's own tokens use, so that nothing but trust can refuse what it signs. */
export function createForeignKey(alg: string, kid: string): ForeignKey {
  const curve = CURVES[alg];
  const [used, pair] =
    curve !== undefined
      ? [alg, generateKeyPairSync('ec', { namedCurve: curve })]
      : alg === 'EdDSA'
        ? [alg, generateKeyPairSync('ed25519')]
        : [/^[RP]S(256|384|512)$/.test(alg) ? alg : 'RS256', generateKeyPairSync('rsa', { modulusLength: 2048 })];
  const jwk = { ...(pair.publicKey as KeyObject).export({ format: 'jwk' }), kid, alg: used, use: 'sig' };
  return { alg: used, privateKey: pair.privateKey as KeyObject, jwk };
}
