import { createHmac, type KeyObject, sign } from 'node:crypto';
import { encodeBase64url, encodeUtf8 } from '@sallyport/protocol';

/** A token made by us, and what is wrong with it. */
export interface ForgedToken {
  /** Goes on "a token …". @example 'with "alg":"none" and no signature' */
  readonly how: string;
  readonly token: string;
}

export type Json = Readonly<Record<string, unknown>>;

/** `header.payload` in base64url (RFC 7515 §5.1). */
export function signingInput(header: Json, payload: Json): string {
  return `${encodeText(JSON.stringify(header))}.${encodeText(JSON.stringify(payload))}`;
}

/** A JWS without a signature (RFC 7519 §6). */
export function unsignedToken(header: Json, payload: Json): string {
  return `${signingInput(header, payload)}.`;
}

/** A JWS by HMAC; the digest follows `alg`. */
export function hmacToken(header: Json & { readonly alg: string }, payload: Json, secret: Uint8Array): string {
  const input = signingInput(header, payload);
  return `${input}.${createHmac(`sha${header.alg.slice(2)}`, secret)
    .update(input)
    .digest('base64url')}`;
}

/** A JWS by ES256, PS256 or RS256, whichever `alg` says and the key can do. */
export function signedToken(header: Json & { readonly alg: string }, payload: Json, key: KeyObject): string {
  const input = signingInput(header, payload);
  const digest = `sha${header.alg.slice(2)}`;
  const options = header.alg.startsWith('ES')
    ? { key, dsaEncoding: 'ieee-p1363' as const }
    : header.alg.startsWith('PS')
      ? { key, padding: 6, saltLength: Number(header.alg.slice(2)) / 8 }
      : key;
  return `${input}.${sign(header.alg === 'EdDSA' ? null : digest, Buffer.from(input), options).toString('base64url')}`;
}

function encodeText(text: string): string {
  return encodeBase64url(encodeUtf8(text));
}
