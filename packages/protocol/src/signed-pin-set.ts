import { encodeBase64url } from './base64url.ts';
import { parseCompactJws } from './compact-jws.ts';
import { findPinnedHost, formatPinnedHost, matchesPins, parsePinnedHost, type SeenChain, type WirePinnedHost } from './pinned-host.ts';
import type { JsonObject } from './strict-json.ts';
import { encodeUtf8 } from './utf8.ts';

/** `typ` of a signed pin set, so that no other token of ours is ever taken for one (RFC 8725 §3.11). */
export const PIN_SET_TYPE = 'pin-set+jwt';
/** Media type under which a gateway serves it. */
export const PIN_SET_MEDIA_TYPE = 'application/pin-set+jwt';
/** Path under which a gateway serves it. */
export const PIN_SET_PATH = '/.well-known/sallyport-pins';

/** A pin set that goes over the wire. Times in seconds since 1970. */
export interface SignedPinSet {
  /** Grows with every set; a client never goes back. */
  readonly version: number;
  readonly issuedAt: number;
  /** Until when a client may take it in; it keeps the last good one beyond that. */
  readonly expiresAt: number;
  readonly hosts: readonly WirePinnedHost[];
}

export type PinSetAlgorithm = 'ES256' | 'EdDSA';

/** One of the two keys a client is built with. `kid` is the base64url SHA-256 of its SubjectPublicKeyInfo. */
export interface PinSetKey {
  readonly kid: string;
  readonly alg: PinSetAlgorithm;
}

export interface PinSetVerification<Key extends PinSetKey> {
  readonly token: string;
  /** Signs every set. */
  readonly releaseKey: Key;
  /** Signs only on the bad day, when no pin matches any more. Left out: there is no such way. */
  readonly breakGlassKey?: Key | undefined;
  /** Verifies over the ASCII text; ES256 signatures are r and s, 32 bytes each. */
  readonly verify: (key: Key, input: string, signature: Uint8Array) => boolean | Promise<boolean>;
  /** Milliseconds since 1970. */
  readonly now: number;
  /** Version of the set in force; a lower or the same one is refused. */
  readonly currentVersion: number | undefined;
  /** The connection the set came over. Left out only by tools that check a file. */
  readonly connection?: { readonly host: string; readonly seen: SeenChain } | undefined;
}

/** Why a set was not taken in. Codes are permanent. */
export type PinSetRefusal =
  | 'signed-set-malformed'
  | 'signature-invalid'
  | 'signed-set-expired'
  | 'signed-set-from-future'
  | 'rollback'
  | 'pins-miss-connection';

export type PinSetVerdict =
  | { readonly set: SignedPinSet; readonly breakGlass: boolean; readonly refusal?: undefined }
  | { readonly refusal: PinSetRefusal; readonly set?: undefined };

/** A set dated further ahead than this, in seconds, means a wrong clock or a wrong signer. A day bridges time zones set wrong. */
const FUTURE_TOLERANCE = 86_400;
/** Most hosts of a set. */
const MOST_HOSTS = 100;

/**
 * Reads a signed pin set without believing it: the form is checked, the signature is not.
 *
 * For whoever passes sets on, holds no key, and must tell a set from another file.
 *
 * @returns `undefined` when it is none.
 */
export function parsePinSetToken(token: string): { readonly set: SignedPinSet; readonly breakGlass: boolean } | undefined {
  const jws = parseCompactJws(token);
  if (jws === undefined || !isPinSetHeader(jws.header)) return undefined;
  const breakGlass = jws.payload.bg === true;
  const set = readPayload(jws.payload, breakGlass);
  return set && { set, breakGlass };
}

/**
 * Decides whether a client takes in a signed pin set.
 *
 * In this order: form, signature by one of the two keys, not expired, not from the future, newer than the one in force,
 * and a pin that matches the connection it came over. Only the break-glass key is excused from the last: a set that would
 * lock its own bringer out is either a mistake or an attack, except on the day when every pinned key is lost.
 *
 * @returns the set, or the one reason why not. The caller keeps the set in force.
 * @example const verdict = await verifyPinSet({ token, releaseKey, breakGlassKey, verify, now, currentVersion, connection })
 */
export async function verifyPinSet<Key extends PinSetKey>(input: PinSetVerification<Key>): Promise<PinSetVerdict> {
  const jws = parseCompactJws(input.token);
  if (jws === undefined) return { refusal: 'signed-set-malformed' };
  const { header, payload, signingInput, signature } = jws;
  if (!isPinSetHeader(header)) return { refusal: 'signed-set-malformed' };
  const key = [input.releaseKey, input.breakGlassKey].find((each) => each !== undefined && each.kid === header.kid);
  // The key decides the algorithm, never the token (RFC 8725 §3.1).
  if (key === undefined || key.alg !== header.alg || signature.length !== 64) return { refusal: 'signature-invalid' };
  if (!(await verified(input, key, signingInput, signature))) return { refusal: 'signature-invalid' };
  const breakGlass = key.kid !== input.releaseKey.kid;
  const set = readPayload(payload, breakGlass);
  if (set === undefined) return { refusal: 'signed-set-malformed' };
  const seconds = input.now / 1000;
  if (seconds >= set.expiresAt) return { refusal: 'signed-set-expired' };
  if (set.issuedAt > seconds + FUTURE_TOLERANCE) return { refusal: 'signed-set-from-future' };
  if (input.currentVersion !== undefined && set.version <= input.currentVersion) return { refusal: 'rollback' };
  if (input.connection !== undefined && !breakGlass) {
    const { host, seen } = input.connection;
    const entry = findPinnedHost(set.hosts, host.toLowerCase());
    if (entry === undefined || !matchesPins(entry, seen)) return { refusal: 'pins-miss-connection' };
  }
  return { set, breakGlass };
}

function isPinSetHeader(header: JsonObject): boolean {
  return header.typ === PIN_SET_TYPE && !('crit' in header);
}

/** A verifier that throws has not verified. */
async function verified<Key extends PinSetKey>(
  { verify }: PinSetVerification<Key>,
  key: Key,
  input: string,
  signature: Uint8Array,
): Promise<boolean> {
  try {
    return (await verify(key, input, signature)) === true;
  } catch {
    return false;
  }
}

function readPayload({ ver, iat, exp, hosts, bg = false }: JsonObject, breakGlass: boolean): SignedPinSet | undefined {
  if (!isCount(ver) || ver === 0 || !isCount(iat) || !isCount(exp) || exp <= iat) return undefined;
  // What was signed as an ordinary set must not become a break-glass one by a mix-up of keys, nor the other way round.
  if (bg !== breakGlass) return undefined;
  if (!Array.isArray(hosts) || hosts.length === 0 || hosts.length > MOST_HOSTS) return undefined;
  const read = hosts.map(parsePinnedHost);
  const known = read.filter((host) => host !== undefined);
  if (known.length < read.length || new Set(known.map(({ host }) => host)).size < read.length) return undefined;
  return { version: ver, issuedAt: iat, expiresAt: exp, hosts: known };
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}

/**
 * The text to sign for a set; `signingInput + '.' + base64url(signature)` is the token.
 *
 * @example pinSetSigningInput(set, key, false)
 */
export function pinSetSigningInput(
  { version, issuedAt, expiresAt, hosts }: SignedPinSet,
  { alg, kid }: PinSetKey,
  breakGlass: boolean,
): string {
  const header = { alg, typ: PIN_SET_TYPE, kid };
  const payload = { ver: version, iat: issuedAt, exp: expiresAt, ...(breakGlass && { bg: true }), hosts: hosts.map(formatPinnedHost) };
  return `${encodeText(JSON.stringify(header))}.${encodeText(JSON.stringify(payload))}`;
}

function encodeText(text: string): string {
  return encodeBase64url(encodeUtf8(text));
}
