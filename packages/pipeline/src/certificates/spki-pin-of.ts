import { createHash, createPublicKey, type KeyObject } from 'node:crypto';
import type { SpkiPin } from '@sallyport/protocol';

/**
 * The pin of a key: SHA-256 of its DER SubjectPublicKeyInfo in base64 (RFC 7469 §2.4). It outlives the certificates made
 * for the key.
 *
 * @param key public or private.
 */
export function spkiPinOf(key: KeyObject): SpkiPin {
  const publicKey = key.type === 'private' ? createPublicKey(key) : key;
  return createHash('sha256')
    .update(publicKey.export({ type: 'spki', format: 'der' }))
    .digest('base64') as SpkiPin;
}
