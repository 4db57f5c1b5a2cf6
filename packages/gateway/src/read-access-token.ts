import { type CompactJws, type JsonObject, parseCompactJws, type ReasonCode } from '@sallyport/protocol';
import type { Principal } from './exchange.ts';

/** Media types know no case (RFC 2045 §5.1, RFC 9068 §4): foreign issuers write `at+JWT`, as the RFC's own example does. */
const TYPES = new Set(['at+jwt', 'application/at+jwt']);

/** What tokens must say to be ours. */
export interface TokenExpectations {
  readonly issuer: string;
  readonly audience: string;
}

/** A token whose form and words are right and whose signature is still to be checked. */
export interface ReadToken {
  readonly kid: string;
  readonly principal: Principal;
  readonly signingInput: string;
  readonly signature: Uint8Array;
}

/** How far the issuer's clock may be ahead of ours, in milliseconds. For `exp` nothing is added: a token ends when it ends. */
const CLOCK_SKEW = 30_000;

/** Longest name of a subject or client that we carry on; OpenID Connect Core §2 bounds `sub` to 255. */
const MAX_NAME = 255;

/**
 * Reads an access token of RFC 9068 and checks all that can be checked without a key, cheapest first. An ID token, a
 * refresh token, a DPoP proof or a logout token is none, whatever else is right about it (RFC 8725 §3.11).
 *
 * @param now milliseconds since 1970.
 * @returns the reason when it is refused.
 */
export function readAccessToken(text: string, { issuer, audience }: TokenExpectations, now: number): ReadToken | ReasonCode {
  const jws = parseCompactJws(text);
  if (jws === undefined) return 'token-malformed';
  const { header, payload } = jws;
  if (header.alg !== 'ES256') return 'token-algorithm';
  if (typeof header.typ !== 'string' || !TYPES.has(header.typ.toLowerCase())) return 'token-malformed';
  // RFC 7515 §4.1.11: an extension we do not know and must understand.
  if ('crit' in header || typeof header.kid !== 'string') return 'token-malformed';
  const principal = readPrincipal(payload);
  if (principal === undefined) return 'token-malformed';
  if (payload.iss !== issuer || !names(payload.aud, audience)) return 'token-issuer';
  const latest = now + CLOCK_SKEW;
  if (principal.expiresAt <= now || seconds(payload.iat) > latest || seconds(payload.nbf ?? 0) > latest) return 'token-expired';
  return toSigned(jws, header.kid, principal);
}

function toSigned({ signingInput, signature }: CompactJws, kid: string, principal: Principal): ReadToken {
  return { kid, principal, signingInput, signature };
}

/** The claims RFC 9068 §2.2 requires, and the binding of RFC 9449 §6.1. */
function readPrincipal({ sub, client_id: clientId, jti, exp, iat, nbf, scope = '', cnf }: JsonObject): Principal | undefined {
  if (!isName(sub) || !isName(clientId) || typeof jti !== 'string' || typeof scope !== 'string') return undefined;
  if (!isTime(exp) || !isTime(iat) || (nbf !== undefined && !isTime(nbf))) return undefined;
  const jkt = readThumbprint(cnf);
  if (jkt === null || !SCOPE.test(scope)) return undefined;
  const scopes = new Set(scope === '' ? [] : scope.split(' '));
  return { subject: sub, clientId, scope, scopes, jkt, expiresAt: exp * 1000 };
}

/** RFC 6749 §3.3: names of visible ASCII without quote and backslash, one space between. */
const SCOPE = /^(?:[\x21\x23-\x5b\x5d-\x7e]+(?: [\x21\x23-\x5b\x5d-\x7e]+)*)?$/;

/** It becomes a header field and a line of the log, so it is visible ASCII. */
function isName(value: unknown): value is string {
  return typeof value === 'string' && value.length <= MAX_NAME && /^[\x21-\x7e]+$/.test(value);
}

function isTime(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0;
}

function seconds(value: unknown): number {
  return (value as number) * 1000;
}

function names(audience: unknown, ours: string): boolean {
  return audience === ours || (Array.isArray(audience) && audience.includes(ours));
}

/** `undefined`: bound to no key. `null`: bound to something we cannot check, which is as good as malformed. */
function readThumbprint(cnf: unknown): string | undefined | null {
  if (cnf === undefined) return undefined;
  if (typeof cnf !== 'object' || cnf === null) return null;
  const { jkt } = cnf as { jkt?: unknown };
  return typeof jkt === 'string' && /^[\w-]{43}$/.test(jkt) ? jkt : null;
}
