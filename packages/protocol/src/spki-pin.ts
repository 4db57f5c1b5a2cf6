import { decodeBase64url } from './base64url.ts';

/** SHA-256 of a DER SubjectPublicKeyInfo in base64, the pin form of RFC 7469 §2.4: 44 characters, ending in `=`. */
export type SpkiPin = string & { readonly spkiPin: true };

/**
 * Reads one public-key pin, with or without the `sha256/` that OkHttp and curl (`sha256//`) put before it.
 *
 * @returns the pin in its one canonical spelling, or `undefined` when the text is no SHA-256 in base64.
 * @example parseSpkiPin('sha256/47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=')
 */
export function parseSpkiPin(text: string): SpkiPin | undefined {
  // By length, not by prefix: base64 may itself begin with a slash.
  const base64 = /^(?:sha256\/\/?)?([A-Za-z0-9+/]{43}=)$/.exec(text)?.[1];
  if (base64 === undefined) return undefined;
  const bytes = decodeBase64url(base64.slice(0, 43).replaceAll('+', '-').replaceAll('/', '_'));
  return bytes === undefined ? undefined : (base64 as SpkiPin);
}
