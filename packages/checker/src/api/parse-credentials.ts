import { createPrivateKey, type JsonWebKey, type KeyObject } from 'node:crypto';
import type { CheckApiOptions, TestUser } from './options.ts';

/** What is wrong with the file of test credentials; never what stands in it. */
export class CredentialsFault extends Error {
  readonly code = 'credentials-unreadable';
}

export type Credentials = Pick<CheckApiOptions, 'user' | 'secondUser' | 'expiredToken' | 'idToken'>;

const USERS = ['user', 'secondUser'] as const;
const TOKENS = ['expiredToken', 'idToken'] as const;
const MEMBERS = ['accessToken', 'refreshToken', 'dpopKey'];

/**
 * Reads test credentials. They come in a file, because a command line is seen by everybody on the machine and kept by the shell.
 *
 * @param text JSON: `user` and `secondUser` with `accessToken`, `refreshToken` and `dpopKey` (a private P-256 JWK, or PKCS #8 in
 *   PEM), `expiredToken`, `idToken`; all of it optional.
 * @throws {CredentialsFault}
 * @example parseCredentials('{"user":{"accessToken":"eyJ…"}}').user?.accessToken
 */
export function parseCredentials(text: string): Credentials {
  const root = parseObject(text);
  refuseOthers(root, [...USERS, ...TOKENS], 'the file');
  const credentials: { user?: TestUser; secondUser?: TestUser; expiredToken?: string; idToken?: string } = {};
  for (const name of USERS) if (root[name] !== undefined) credentials[name] = readUser(name, root[name]);
  for (const name of TOKENS) if (root[name] !== undefined) credentials[name] = readToken(name, root[name]);
  return credentials;
}

function readUser(name: string, value: unknown): TestUser {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new CredentialsFault(`${name} must be an object`);
  const { accessToken, refreshToken, dpopKey } = value as Record<string, unknown>;
  refuseOthers(value, MEMBERS, name);
  return {
    accessToken: readToken(`${name}.accessToken`, accessToken),
    refreshToken: refreshToken === undefined ? undefined : readToken(`${name}.refreshToken`, refreshToken),
    dpopKey: dpopKey === undefined ? undefined : readKey(`${name}.dpopKey`, dpopKey),
  };
}

function readToken(name: string, value: unknown): string {
  // RFC 6750 §2.1: a token is visible ASCII without blanks; a line end would be a header of its own.
  if (typeof value !== 'string' || !/^[\x21-\x7e]{1,16384}$/.test(value))
    throw new CredentialsFault(`${name} must be a token: text without blanks`);
  return value;
}

function readKey(name: string, value: unknown): KeyObject {
  try {
    const key = typeof value === 'string' ? createPrivateKey(value) : createPrivateKey({ key: value as JsonWebKey, format: 'jwk' });
    if (key.asymmetricKeyDetails?.namedCurve === 'prime256v1') return key;
  } catch {
    // The library's message may quote the key.
  }
  throw new CredentialsFault(`${name} must be a private P-256 key, as a JWK or as PKCS #8 in PEM`);
}

function refuseOthers(value: object, known: readonly string[], where: string): void {
  const other = Object.keys(value).find((name) => !known.includes(name));
  if (other !== undefined) throw new CredentialsFault(`${where} holds "${other.slice(0, 40)}", which is none of ${known.join(', ')}`);
}

function parseObject(text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  } catch {
    // JSON.parse quotes the text in its message.
  }
  throw new CredentialsFault('it is no JSON object');
}
