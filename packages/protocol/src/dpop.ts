import { encodeBase64url } from './base64url.ts';
import { parseCompactJws } from './compact-jws.ts';
import type { JsonObject } from './strict-json.ts';
import { encodeUtf8 } from './utf8.ts';

/** The public half of a device key as it stands in a DPoP proof: EC, P-256, nothing private (RFC 7518 §6.2). */
export interface DeviceJwk {
  readonly kty: 'EC';
  readonly crv: 'P-256';
  readonly x: string;
  readonly y: string;
}

/** What a DPoP proof says, with its form checked (RFC 9449 §4.3, points 1–6 and 8) but its signature not yet. */
export interface DpopProof {
  readonly jwk: DeviceJwk;
  readonly jti: string;
  readonly htm: string;
  readonly htu: string;
  /** Seconds since 1970, by the device's clock. */
  readonly iat: number;
  /** Base64url SHA-256 of the access token, if the proof accompanies one. */
  readonly ath: string | undefined;
  readonly nonce: string | undefined;
  readonly signingInput: string;
  /** r and s, 32 bytes each. */
  readonly signature: Uint8Array;
}

/** A jti of ours is 22 characters; 128 admits every client we know of and bounds what a replay store must hold. */
const MAX_JTI_LENGTH = 128;

/**
 * Reads a DPoP proof and checks its form: type `dpop+jwt`, ES256, a public P-256 key and nothing private, the claims
 * present and of the right type.
 *
 * The caller still verifies signature, method, address, nonce, token hash and first use.
 *
 * @returns the proof, or `undefined` when it is malformed in any way.
 */
export function parseDpopProof(text: string): DpopProof | undefined {
  const jws = parseCompactJws(text);
  if (jws === undefined) return undefined;
  const { header, payload, signingInput, signature } = jws;
  // RFC 7515 §4.1.11: an extension we do not know and must understand.
  if (header.typ !== 'dpop+jwt' || header.alg !== 'ES256' || 'crit' in header) return undefined;
  const jwk = parseDeviceJwk(header.jwk as JsonObject | undefined);
  const { jti, htm, htu, iat, ath, nonce } = payload;
  if (jwk === undefined || signature.length !== 64) return undefined;
  if (typeof jti !== 'string' || jti.length === 0 || jti.length > MAX_JTI_LENGTH) return undefined;
  if (typeof htm !== 'string' || typeof htu !== 'string') return undefined;
  if (typeof iat !== 'number' || !Number.isFinite(iat)) return undefined;
  if (ath !== undefined && typeof ath !== 'string') return undefined;
  if (nonce !== undefined && typeof nonce !== 'string') return undefined;
  return { jwk, jti, htm, htu, iat, ath, nonce, signingInput, signature };
}

/** 32 bytes in base64url. */
const COORDINATE = /^[\w-]{43}$/;

/** A JWK as a device key: exactly a P-256 public key; private or symmetric members refuse it (RFC 9449 §4.3 point 7). */
export function parseDeviceJwk(jwk: unknown): DeviceJwk | undefined {
  if (typeof jwk !== 'object' || jwk === null) return undefined;
  const { kty, crv, x, y, d, k } = jwk as Record<string, unknown>;
  if (kty !== 'EC' || crv !== 'P-256' || d !== undefined || k !== undefined) return undefined;
  if (typeof x !== 'string' || typeof y !== 'string' || !COORDINATE.test(x) || !COORDINATE.test(y)) return undefined;
  return { kty, crv, x, y };
}

/**
 * The text whose SHA-256, in base64url, is the JWK thumbprint `jkt` (RFC 7638 §3.1): required members, sorted, no space.
 *
 * @example sha256(thumbprintInput(jwk)) // the value of cnf.jkt
 */
export function thumbprintInput({ crv, kty, x, y }: DeviceJwk): string {
  return `{"crv":"${crv}","kty":"${kty}","x":"${x}","y":"${y}"}`;
}

/**
 * The `htu` of a request: its address without query and fragment (RFC 9449 §4.2), scheme and host in lower case, default
 * port left out. The path is kept as spelled.
 *
 * @example htuOf('https://API.example:443/orders?page=2') // 'https://api.example/orders'
 */
export function htuOf(url: string): string {
  const match = /^(https?):\/\/([^/?#]*)([^?#]*)/i.exec(url);
  if (match === null) return url;
  const [, scheme = '', authority = '', path = ''] = match;
  const lower = scheme.toLowerCase();
  const host = authority.toLowerCase().replace(lower === 'https' ? /:443$/ : /:80$/, '');
  return `${lower}://${host}${path === '' ? '/' : path}`;
}

/** What {@link createDpopProof} needs from the platform; React Native has no `crypto.subtle`, so all of it is handed in. */
export interface DpopSigner {
  readonly jwk: DeviceJwk;
  /** ES256 over the ASCII text: r and s, 32 bytes each, left-padded. */
  sign(input: string): Promise<Uint8Array>;
}

export interface DpopRequest {
  readonly method: string;
  readonly url: string;
  /** Seconds since 1970. */
  readonly iat: number;
  /** Unique for ever, at least 96 random bits. */
  readonly jti: string;
  readonly nonce?: string | undefined;
  /** Base64url SHA-256 of the access token the proof accompanies. */
  readonly ath?: string | undefined;
}

/**
 * Makes a DPoP proof for one request (RFC 9449 §4.2). Every attempt needs a fresh one.
 *
 * @example await createDpopProof(signer, { method: 'GET', url, iat, jti, nonce, ath })
 */
export async function createDpopProof(signer: DpopSigner, request: DpopRequest): Promise<string> {
  const header = { typ: 'dpop+jwt', alg: 'ES256', jwk: signer.jwk };
  const { jti, iat, nonce, ath } = request;
  // JSON.stringify leaves out what is undefined.
  const payload = { jti, htm: request.method, htu: htuOf(request.url), iat, nonce, ath };
  const input = `${encodeText(JSON.stringify(header))}.${encodeText(JSON.stringify(payload))}`;
  return `${input}.${encodeBase64url(await signer.sign(input))}`;
}

function encodeText(text: string): string {
  return encodeBase64url(encodeUtf8(text));
}
