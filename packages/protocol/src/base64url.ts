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
  const whole = length - rest;
  let out = 0;
  // A character of another alphabet has the value -1, which sets every bit of the sum, the sign included.
  for (let index = 0; index < whole; index += 4) {
    const four =
      (valueAt(text, index) << 18) | (valueAt(text, index + 1) << 12) | (valueAt(text, index + 2) << 6) | valueAt(text, index + 3);
    if (four < 0) return undefined;
    bytes[out++] = four >> 16;
    bytes[out++] = four >> 8;
    bytes[out++] = four;
  }
  if (rest === 0) return bytes;
  const [second, third] = [valueAt(text, whole + 1), rest === 3 ? valueAt(text, whole + 2) : 0];
  const last = (valueAt(text, whole) << 12) | (second << 6) | third;
  // The bits that make no byte must be zero, or the same bytes would have several spellings.
  if (last < 0 || (last & (rest === 2 ? 0b1111_111111 : 0b11)) !== 0) return undefined;
  bytes[out++] = last >> 10;
  if (rest === 3) bytes[out] = last >> 2;
  return bytes;
}

function valueAt(text: string, index: number): number {
  const code = text.charCodeAt(index);
  return code < 128 ? (VALUES[code] as number) : -1;
}
