const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

const VALUES = new Int8Array(128).fill(-1);
for (let index = 0; index < ALPHABET.length; index++) VALUES[ALPHABET.charCodeAt(index)] = index;

/**
 * Encodes bytes as base64url without padding (RFC 7515 §2).
 *
 * Written here because React Native has neither `Buffer` nor `Uint8Array.prototype.toBase64`.
 *
 * @example encodeBase64url(new Uint8Array([255])) // '_w'
 */
export function encodeBase64url(bytes: Uint8Array): string {
  let text = '';
  for (let index = 0; index < bytes.length; index += 3) {
    const a = bytes[index] as number;
    const b = bytes[index + 1];
    const c = bytes[index + 2];
    text += ALPHABET[a >> 2];
    text += ALPHABET[((a & 3) << 4) | ((b ?? 0) >> 4)];
    if (b !== undefined) text += ALPHABET[((b & 15) << 2) | ((c ?? 0) >> 6)];
    if (c !== undefined) text += ALPHABET[c & 63];
  }
  return text;
}

/**
 * Decodes base64url strictly: no padding, no white space, no other alphabet, and no stray bits in the last character.
 *
 * Strictness is a security property: every byte string has exactly one accepted spelling, so a token cannot be
 * respelled to slip past a cache, a replay store or a revocation list.
 *
 * @returns the bytes, or `undefined` when `text` is not the canonical spelling of any byte string.
 * @example decodeBase64url('_w') // Uint8Array [255];  decodeBase64url('_x') // undefined
 */
export function decodeBase64url(text: string): Uint8Array | undefined {
  const length = text.length;
  const rest = length & 3;
  if (rest === 1) return undefined;
  const bytes = new Uint8Array((length >> 2) * 3 + (rest === 0 ? 0 : rest - 1));
  let out = 0;
  let bits = 0;
  let held = 0;
  for (let index = 0; index < length; index++) {
    const code = text.charCodeAt(index);
    const value = code < 128 ? (VALUES[code] as number) : -1;
    if (value < 0) return undefined;
    held = (held << 6) | value;
    bits += 6;
    if (bits >= 8) {
      bits -= 8;
      bytes[out++] = (held >> bits) & 255;
      held &= (1 << bits) - 1;
    }
  }
  return held === 0 ? bytes : undefined;
}
