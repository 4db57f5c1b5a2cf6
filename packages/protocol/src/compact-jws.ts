import { decodeBase64url } from './base64url.ts';
import { type JsonObject, parseJsonObject } from './strict-json.ts';
import { decodeUtf8 } from './utf8.ts';

/** A signed token taken apart but not yet believed. */
export interface CompactJws {
  readonly header: JsonObject;
  readonly payload: JsonObject;
  /** The bytes the signature covers, as ASCII text: `header.payload` exactly as sent. */
  readonly signingInput: string;
  readonly signature: Uint8Array;
}

/**
 * Longest token we look at, in characters. Our access tokens are about 900; 8 KiB leaves room for another issuer's
 * roles and stays below the 16 KiB head limit, so a bigger one never costs a decode.
 */
export const MAX_JWS_LENGTH = 8192;

/**
 * Takes a JWS compact serialization (RFC 7515 §7.1) apart, accepting only its one canonical spelling.
 *
 * Nothing is verified here. A JWE (five parts), padding, white space, duplicate header members or a payload that is not
 * a JSON object give `undefined`.
 *
 * @example parseCompactJws('eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiJhIn0.AAAA')?.header.alg // 'ES256'
 */
export function parseCompactJws(token: string): CompactJws | undefined {
  if (token.length > MAX_JWS_LENGTH) return undefined;
  const firstDot = token.indexOf('.');
  const lastDot = token.lastIndexOf('.');
  if (firstDot <= 0 || lastDot === firstDot || token.indexOf('.', firstDot + 1) !== lastDot) return undefined;
  const header = decodeObject(token.slice(0, firstDot));
  const payload = decodeObject(token.slice(firstDot + 1, lastDot));
  const signature = decodeBase64url(token.slice(lastDot + 1));
  if (header === undefined || payload === undefined || signature === undefined) return undefined;
  return { header, payload, signingInput: token.slice(0, lastDot), signature };
}

function decodeObject(part: string): JsonObject | undefined {
  const bytes = decodeBase64url(part);
  const text = bytes && decodeUtf8(bytes);
  return text === undefined ? undefined : parseJsonObject(text);
}
