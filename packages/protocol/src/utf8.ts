/**
 * Encodes text as UTF-8 without `TextEncoder`, which old React Native engines lack.
 *
 * @throws URIError for a lone surrogate, which `JSON.stringify` never writes.
 */
export function encodeUtf8(text: string): Uint8Array {
  const escaped = encodeURIComponent(text);
  const bytes: number[] = [];
  for (let index = 0; index < escaped.length; index++) {
    if (escaped[index] === '%') {
      bytes.push(Number.parseInt(escaped.slice(index + 1, index + 3), 16));
      index += 2;
    } else bytes.push(escaped.charCodeAt(index));
  }
  return Uint8Array.from(bytes);
}

/**
 * Decodes UTF-8 strictly. `TextDecoder` is missing from bare React Native; `decodeURIComponent` is exact everywhere.
 *
 * @returns the text, or `undefined` when the bytes are no UTF-8.
 */
export function decodeUtf8(bytes: Uint8Array): string | undefined {
  let escaped = '';
  let ascii = true;
  for (const byte of bytes) {
    if (byte >= 128 || byte === 37) {
      ascii = false;
      escaped += `%${byte.toString(16).padStart(2, '0')}`;
    } else escaped += String.fromCharCode(byte);
  }
  if (ascii) return escaped;
  try {
    return decodeURIComponent(escaped);
  } catch {
    return undefined;
  }
}
