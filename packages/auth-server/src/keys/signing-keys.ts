import { createHash, createPrivateKey, createPublicKey, generateKeyPairSync, sign, verify } from 'node:crypto';
import { parseDeviceJwk, thumbprintInput } from '@sallyport/protocol';
import { readOrWriteOnce, SecretFileError } from './write-once.ts';

/** A private ES256 key (RFC 7518 §6.2). `kid` is its RFC 7638 thumbprint. */
export interface SigningKey {
  readonly kty: 'EC';
  readonly crv: 'P-256';
  readonly x: string;
  readonly y: string;
  readonly d: string;
  readonly kid: string;
  readonly alg: 'ES256';
  readonly use: 'sig';
}

/** The issuer's keys: the first signs, all are published. */
export interface SigningKeys {
  readonly keys: readonly [SigningKey, ...SigningKey[]];
}

/**
 * Loads the issuer's signing keys, and makes one at first start (file mode 0600, written whole or not at all).
 *
 * @param path a file in the state folder, such as `.sallyport/signing-keys.json`.
 * @throws SecretFileError when the file is damaged. It is never replaced: with a new key every token in the field would
 *   be refused, and nobody would know why.
 * @example const signingKeys = loadSigningKeys(join(folder, 'signing-keys.json'))
 */
export function loadSigningKeys(path: string): SigningKeys {
  const text = readOrWriteOnce(path, () => `${JSON.stringify({ keys: [createSigningKey()] }, null, 2)}\n`);
  try {
    const { keys } = JSON.parse(text) as { keys: readonly unknown[] };
    const [first, ...rest] = keys.map(checkSigningKey);
    if (first !== undefined) return { keys: [first, ...rest] };
  } catch {
    // What the parser says could quote the key.
  }
  throw new SecretFileError(
    `${path} is damaged: it is not a JSON Web Key Set of private P-256 keys. Restore it from a backup; or delete it to make a new key, which signs every user out.`,
  );
}

/** Makes a fresh key. */
export function createSigningKey(): SigningKey {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const { x, y, d } = privateKey.export({ format: 'jwk' }) as { x: string; y: string; d: string };
  const kid = createHash('sha256')
    .update(thumbprintInput({ kty: 'EC', crv: 'P-256', x, y }))
    .digest('base64url');
  return { kty: 'EC', crv: 'P-256', x, y, d, kid, alg: 'ES256', use: 'sig' };
}

/** @throws when the key is not one of ours, or its halves do not belong together. */
function checkSigningKey(value: unknown): SigningKey {
  const { d, kid, alg, use, ...half } = value as SigningKey;
  const jwk = parseDeviceJwk(half);
  if (jwk === undefined || typeof d !== 'string' || alg !== 'ES256' || use !== 'sig') throw new Error('no signing key');
  if (kid !== createHash('sha256').update(thumbprintInput(jwk)).digest('base64url')) throw new Error('kid is not the thumbprint');
  // node takes the public half as given, so only a signature tells whether the two belong together.
  const signature = sign('sha256', Buffer.from(kid), createPrivateKey({ key: { ...jwk, d }, format: 'jwk' }));
  const publicKey = createPublicKey({ key: { ...jwk }, format: 'jwk' });
  if (!verify('sha256', Buffer.from(kid), publicKey, signature)) throw new Error('public and private half differ');
  return { ...jwk, d, kid, alg, use };
}
