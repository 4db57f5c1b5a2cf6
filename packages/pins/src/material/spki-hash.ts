import { createHash, createPublicKey, type KeyObject, type X509Certificate } from 'node:crypto';
import type { SpkiPin } from '@sallyport/protocol';

/**
 * The pin of a key: SHA-256 of its DER SubjectPublicKeyInfo, in base64 (RFC 7469 §2.4).
 *
 * Exported as `spki` on purpose: the `pubkey` of `getPeerCertificate()` is a bare point for elliptic curves and a full
 * SubjectPublicKeyInfo for RSA, so hashing that gives pins no other tool agrees with.
 *
 * @param key a public key, or a private one, of which the public half is taken.
 * @example pinOfKey(new X509Certificate(pem).publicKey) // 'f7xqGQe/…='
 */
export function pinOfKey(key: KeyObject): SpkiPin {
  const publicKey = key.type === 'private' ? createPublicKey(key) : key;
  return sha256(publicKey.export({ type: 'spki', format: 'der' })) as SpkiPin;
}

/** The pin of the key in a certificate. */
export function pinOfCertificateKey(certificate: X509Certificate): SpkiPin {
  return pinOfKey(certificate.publicKey);
}

/** SHA-256 of a whole certificate in DER, in base64: changes at every renewal, even when the key stays. */
export function pinOfWholeCertificate(certificate: X509Certificate): SpkiPin {
  return sha256(certificate.raw) as SpkiPin;
}

/**
 * SHA-256 of the bare key without its ASN.1 header, in base64: PKCS #1 for RSA, the X9.63 point for elliptic curves, what
 * Apple's `SecKeyCopyExternalRepresentation` returns. It looks like a pin and never matches one.
 *
 * @returns `undefined` for keys that have no such representation (Ed25519 on Apple platforms).
 */
export function rawKeyHash(key: KeyObject): string | undefined {
  const publicKey = key.type === 'private' ? createPublicKey(key) : key;
  const bytes = rawKey(publicKey);
  return bytes === undefined ? undefined : sha256(bytes);
}

/** The bare key bytes of {@link rawKeyHash}. */
export function rawKey(publicKey: KeyObject): Buffer | undefined {
  if (publicKey.asymmetricKeyType === 'rsa') return publicKey.export({ type: 'pkcs1', format: 'der' });
  const { x, y } = publicKey.export({ format: 'jwk' });
  if (publicKey.asymmetricKeyType !== 'ec' || x === undefined || y === undefined) return undefined;
  return Buffer.concat([Buffer.of(4), Buffer.from(x, 'base64url'), Buffer.from(y, 'base64url')]);
}

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('base64');
}
