import { type DeviceJwk, decodeBase64url, decodeUtf8, encodeBase64url, type JsonObject, parseJsonObject } from '@sallyport/protocol';
import type { Credentials } from '../credentials.ts';
import type { Clock, Random } from '../ports.ts';

/** Life of a token whose response does not tell, in milliseconds: short, so that the mistake costs a renewal and no more. */
const DEFAULT_LIFETIME = 300_000;

/** Longest life that is believed, in milliseconds: a day, many times the hour that REQUIREMENTS C5 allows. */
const MAX_LIFETIME = 86_400_000;

/** VSCHAR (RFC 6749 appendix A.12, A.17); 8 KiB is what a header field may hold at our gateway with room for the rest. */
const TOKEN = /^[\x20-\x7e]{1,8192}$/;

/** 96 random bits: no two generations share a name. */
const GENERATION_BYTES = 12;

interface ReadTokensOptions {
  readonly issuer: string;
  readonly clientId: string;
  readonly jwk: DeviceJwk;
  readonly clock: Clock;
  readonly random: Random;
  /** What came before, for what a renewal's answer may leave out (RFC 6749 §6). */
  readonly previous?: Credentials | undefined;
  /** `nonce` of the sign-in, for the ID token. */
  readonly nonce?: string | undefined;
  readonly scope?: string | undefined;
}

/**
 * Reads a token response (RFC 6749 §5.1).
 *
 * @returns `undefined` when it is not what we asked for; above all when the token is not bound to our key (`token_type`
 *   other than DPoP, RFC 9449 §5), for that would be a downgrade to a token anybody can use.
 */
export function readTokens(json: JsonObject, options: ReadTokensOptions): Credentials | undefined {
  const { issuer, clientId, jwk, clock, random, previous } = options;
  const { access_token: accessToken, refresh_token: refreshToken = previous?.refreshToken, token_type: type, expires_in: seconds } = json;
  const { scope = previous?.scope ?? options.scope ?? '', id_token: idToken } = json;
  if (typeof type !== 'string' || type.toLowerCase() !== 'dpop' || !isToken(accessToken)) return undefined;
  if (refreshToken !== undefined && !isToken(refreshToken)) return undefined;
  if (typeof scope !== 'string') return undefined;
  if (seconds !== undefined && (typeof seconds !== 'number' || !(seconds > 0))) return undefined;
  const subject = idToken === undefined ? previous?.subject : readSubject(idToken, options);
  if (idToken !== undefined && subject === undefined) return undefined;
  const lifetime = seconds === undefined ? DEFAULT_LIFETIME : Math.min(seconds * 1000, MAX_LIFETIME);
  const generation = encodeBase64url(random.bytes(GENERATION_BYTES));
  return { generation, issuer, clientId, accessToken, refreshToken, expiresAt: clock.now() + lifetime, lifetime, scope, subject, jwk };
}

function isToken(value: unknown): value is string {
  return typeof value === 'string' && TOKEN.test(value);
}

/**
 * The subject of an ID token. It came over TLS straight from the token endpoint, which stands for its signature (OpenID
 * Connect Core §3.1.3.7 point 6); issuer, audience, nonce and subject are checked here.
 */
function readSubject(idToken: unknown, { issuer, clientId, nonce, previous }: ReadTokensOptions): string | undefined {
  const bytes = typeof idToken === 'string' ? decodeBase64url(idToken.split('.')[1] ?? '') : undefined;
  const text = bytes && decodeUtf8(bytes);
  const claims = text === undefined ? undefined : parseJsonObject(text);
  if (claims === undefined || claims.iss !== issuer || typeof claims.sub !== 'string') return undefined;
  if (claims.aud !== clientId && !(Array.isArray(claims.aud) && claims.aud.length === 1 && claims.aud[0] === clientId)) return undefined;
  if (nonce !== undefined && claims.nonce !== nonce) return undefined;
  // OpenID Connect Core §12.2: a renewal is for the same user.
  if (previous?.subject !== undefined && claims.sub !== previous.subject) return undefined;
  return claims.sub;
}
