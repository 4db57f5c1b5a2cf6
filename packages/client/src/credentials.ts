import { type DeviceJwk, parseDeviceJwk, parseJsonObject } from '@sallyport/protocol';

/** What is kept of a session: one record, so that it is saved whole or not at all. */
export interface Credentials {
  /**
   * A fresh random name for every pair of tokens. Whoever got a 401 compares the generation it used with the current one,
   * and renews only if they are the same.
   */
  readonly generation: string;
  readonly issuer: string;
  readonly clientId: string;
  readonly accessToken: string;
  readonly refreshToken: string | undefined;
  /** Milliseconds since 1970 by this device's clock, so that a clock that is wrong by a constant does no harm. */
  readonly expiresAt: number;
  /** Milliseconds the access token lives. */
  readonly lifetime: number;
  readonly scope: string;
  /** `sub` of the ID token, if one was asked for. */
  readonly subject: string | undefined;
  /** The device key the tokens are bound to. */
  readonly jwk: DeviceJwk;
}

/** Version of the record; a record of another version is not ours to guess at. */
const VERSION = 1;

export function formatCredentials(credentials: Credentials): string {
  return JSON.stringify({ version: VERSION, ...credentials });
}

/** Reads a stored record. @returns `undefined` when it is damaged or of another version: the user signs in again. */
export function parseCredentials(text: string): Credentials | undefined {
  const record = parseJsonObject(text);
  if (record === undefined || record.version !== VERSION) return undefined;
  const { generation, issuer, clientId, accessToken, refreshToken, expiresAt, lifetime, scope, subject } = record;
  const jwk = parseDeviceJwk(record.jwk);
  if (typeof generation !== 'string' || typeof issuer !== 'string' || typeof clientId !== 'string' || typeof accessToken !== 'string') {
    return undefined;
  }
  if (typeof expiresAt !== 'number' || typeof lifetime !== 'number' || typeof scope !== 'string' || jwk === undefined) return undefined;
  if (refreshToken !== undefined && typeof refreshToken !== 'string') return undefined;
  if (subject !== undefined && typeof subject !== 'string') return undefined;
  return { generation, issuer, clientId, accessToken, refreshToken, expiresAt, lifetime, scope, subject, jwk };
}
