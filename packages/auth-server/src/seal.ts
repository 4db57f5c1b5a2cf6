import { createCipheriv, createDecipheriv, createHash, hkdfSync, randomBytes } from 'node:crypto';

const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** SHA-256 of a secret: what the store knows it by. Secrets of ours have 256 random bits, so this needs no salt. */
export function digestOf(secret: string): Uint8Array {
  return createHash('sha256').update(secret).digest();
}

/**
 * Seals bytes so that only who holds `secret` can read them: AES-256-GCM under a key derived from it (HKDF, RFC 5869).
 *
 * The store keeps the digest of the secret and the sealed bytes. Neither gives the key, so a stolen database says nothing.
 *
 * @param secret the token, code or id itself, at least 128 random bits.
 * @param purpose bound to key and bytes: what was sealed for one purpose opens for no other.
 * @example open(token, 'refresh answer', seal(token, 'refresh answer', bytes)) // bytes
 */
export function seal(secret: string, purpose: string, bytes: Uint8Array): Uint8Array {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv('aes-256-gcm', deriveKey(secret, purpose), nonce);
  return Buffer.concat([nonce, cipher.update(bytes), cipher.final(), cipher.getAuthTag()]);
}

/** Opens what {@link seal} sealed. @returns `undefined` when the secret or purpose is another, or the bytes were changed. */
export function open(secret: string, purpose: string, sealed: Uint8Array): Buffer | undefined {
  if (sealed.length < NONCE_BYTES + TAG_BYTES) return undefined;
  const nonce = sealed.subarray(0, NONCE_BYTES);
  const decipher = createDecipheriv('aes-256-gcm', deriveKey(secret, purpose), nonce, { authTagLength: TAG_BYTES });
  decipher.setAuthTag(sealed.subarray(sealed.length - TAG_BYTES));
  try {
    return Buffer.concat([decipher.update(sealed.subarray(NONCE_BYTES, sealed.length - TAG_BYTES)), decipher.final()]);
  } catch {
    return undefined;
  }
}

function deriveKey(secret: string, purpose: string): Uint8Array {
  return new Uint8Array(hkdfSync('sha256', secret, '', `sallyport ${purpose}`, 32));
}
