import { encodeBase64url } from './base64url.ts';
import type { PinSetAlgorithm, PinSetKey } from './signed-pin-set.ts';

/** The two kinds of key that sign pin sets, told by how their SubjectPublicKeyInfo begins (RFC 5480, RFC 8410) and its length. */
const KINDS: readonly { readonly alg: PinSetAlgorithm; readonly begin: string; readonly bytes: number }[] = [
  { alg: 'ES256', begin: 'MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE', bytes: 91 },
  { alg: 'EdDSA', begin: 'MCowBQYDK2VwAyEA', bytes: 44 },
];

/**
 * Names a key that signs pin sets, the same on both ends of the wire.
 *
 * @param spki DER of its SubjectPublicKeyInfo. Whoever uses the key has parsed it; this tells only its kind.
 * @param sha256 the hash of that, which this package has no means to make.
 * @returns `undefined` unless it is a P-256 key (uncompressed) or an Ed25519 key.
 */
export function pinSetKeyOf(spki: Uint8Array, sha256: Uint8Array): PinSetKey | undefined {
  const text = encodeBase64url(spki);
  const kind = KINDS.find(({ begin, bytes }) => spki.length === bytes && text.startsWith(begin));
  return kind && { kid: encodeBase64url(sha256), alg: kind.alg };
}
