import { encodeBase64url } from './base64url.ts';
import { encodeUtf8 } from './utf8.ts';

/** 32 random bytes give a verifier of 43 characters and 256 bits (RFC 7636 §4.1 and §7.1). */
export const PKCE_VERIFIER_BYTES = 32;

/**
 * Makes a PKCE pair with method S256 (RFC 7636 §4). `plain` is not offered: it protects nothing.
 *
 * @param random {@link PKCE_VERIFIER_BYTES} random bytes.
 * @example const { verifier, challenge } = await createPkce(randomBytes(32), sha256)
 */
export async function createPkce(
  random: Uint8Array,
  sha256: (bytes: Uint8Array) => Promise<Uint8Array>,
): Promise<{ verifier: string; challenge: string }> {
  const verifier = encodeBase64url(random);
  return { verifier, challenge: encodeBase64url(await sha256(encodeUtf8(verifier))) };
}
