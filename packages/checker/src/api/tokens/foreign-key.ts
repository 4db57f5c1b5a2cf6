import { generateKeyPairSync, type KeyObject } from 'node:crypto';

export interface ForeignKey {
  readonly alg: string;
  readonly privateKey: KeyObject;
  /** Public half as a JWK with `kid`, `alg` and `use`. */
  readonly jwk: Readonly<Record<string, unknown>>;
}

const CURVES: Readonly<Record<string, string>> = { ES256: 'P-256', ES384: 'P-384', ES512: 'P-521' };

/** RSA keys take a while to make, and one stranger is as good as another: one pair an algorithm serves the whole process. */
const pairs = new Map<string, { readonly used: string; readonly privateKey: KeyObject; readonly publicKey: KeyObject }>();

/** A key of our own for the algorithm the API's own tokens use, so that nothing but trust can refuse what it signs. */
export function createForeignKey(alg: string, kid: string): ForeignKey {
  const pair = pairs.get(alg) ?? createPair(alg);
  pairs.set(alg, pair);
  const { used, privateKey, publicKey } = pair;
  return { alg: used, privateKey, jwk: { ...publicKey.export({ format: 'jwk' }), kid, alg: used, use: 'sig' } };
}

function createPair(alg: string) {
  const curve = CURVES[alg];
  if (curve !== undefined) return { used: alg, ...generateKeyPairSync('ec', { namedCurve: curve }) };
  if (alg === 'EdDSA') return { used: alg, ...generateKeyPairSync('ed25519') };
  return { used: /^[RP]S(256|384|512)$/.test(alg) ? alg : 'RS256', ...generateKeyPairSync('rsa', { modulusLength: 2048 }) };
}
