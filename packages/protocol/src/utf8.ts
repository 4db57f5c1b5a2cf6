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

/** Characters made at a time: a function takes no more than some 65,000 arguments. */
const CHUNK = 8192;

/**
 * Decodes UTF-8 strictly. `TextDecoder` is missing from bare React Native; `decodeURIComponent` is exact everywhere.
 *
 * Tokens and proofs are ASCII, so that way is short: it runs twice for each request.
 *
 * @returns the text, or `undefined` when the bytes are no UTF-8.
 */
export function decodeUtf8(bytes: Uint8Array): string | undefined {
  for (let index = 0; index < bytes.length; index++) {
    if ((bytes[index] as number) >= 128) return decodeBeyondAscii(bytes);
  }
  if (bytes.length <= CHUNK) return fromCharacters(bytes);
  let text = '';
  for (let start = 0; start < bytes.length; start += CHUNK) text += fromCharacters(bytes.subarray(start, start + CHUNK));
  return text;
}

function fromCharacters(bytes: Uint8Array): string {
  return String.fromCharCode.apply(undefined, bytes as unknown as number[]);
}

function decodeBeyondAscii(bytes: Uint8Array): string | undefined {
  let escaped = '';
  for (const byte of bytes) {
    // Also the percent sign itself, or it would be read as an escape.
    escaped += byte >= 128 || byte === 37 ? `%${byte.toString(16).padStart(2, '0')}` : String.fromCharCode(byte);
  }
  try {
    return decodeURIComponent(escaped);
  } catch {
    return undefined;
  }
}
