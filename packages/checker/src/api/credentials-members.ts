import { createPrivateKey, createPublicKey, type JsonWebKey, type KeyObject } from 'node:crypto';
import type { CheckApiOptions, IdempotentRoute, SignInOptions, TestUser, TokenCarrier } from './options.ts';

/** What is wrong with the file of test credentials; never what stands in it. */
export class CredentialsFault extends Error {
  readonly code = 'credentials-unreadable';
}

/** Keys tried against each other grow by the square; an issuer has two or three. */
const MAX_KEYS = 8;

/** @throws {CredentialsFault} like all below; `name` says where in the file it stands. */
export function readUser(name: string, value: unknown): TestUser {
  const { accessToken, refreshToken, dpopKey } = membersOf(name, value, ['accessToken', 'refreshToken', 'dpopKey']);
  return {
    accessToken: readToken(`${name}.accessToken`, accessToken),
    refreshToken: refreshToken === undefined ? undefined : readToken(`${name}.refreshToken`, refreshToken),
    dpopKey: dpopKey === undefined ? undefined : readKey(`${name}.dpopKey`, dpopKey),
  };
}

export function readToken(name: string, value: unknown): string {
  // RFC 6750 §2.1: a token is visible ASCII without blanks; a line end would be a header of its own.
  if (typeof value !== 'string' || !/^[\x21-\x7e]{1,16384}$/.test(value))
    throw new CredentialsFault(`${name} must be a token: text without blanks`);
  return value;
}

/** `{"scheme": "Token"}`, `{"header": "X-Api-Token"}` or `{"cookie": "sid"}`. */
export function readCarrier(name: string, value: unknown): TokenCarrier {
  const [[kind = '', place] = [], ...others] = Object.entries(membersOf(name, value, ['scheme', 'header', 'cookie']));
  // RFC 9110 §5.6.2: what a field, a cookie or a scheme may be called.
  if (others.length > 0 || typeof place !== 'string' || !/^[\w!#$%&'*+.^`|~-]{1,100}$/.test(place))
    throw new CredentialsFault(`${name} must hold one of scheme, header and cookie, with its name`);
  if (kind === 'scheme') return { kind: 'authorization', scheme: place };
  return { kind: kind as 'header' | 'cookie', name: place };
}

export function readSignIn(name: string, value: unknown): SignInOptions {
  const { path, user, encoding, userField, passwordField } = membersOf(name, value, [
    'path',
    'user',
    'encoding',
    'userField',
    'passwordField',
  ]);
  if (encoding !== undefined && encoding !== 'json' && encoding !== 'form')
    throw new CredentialsFault(`${name}.encoding must be json or form`);
  return {
    url: readText(`${name}.path`, path),
    user: readText(`${name}.user`, user),
    ...(encoding !== undefined && { encoding }),
    ...(userField !== undefined && { userField: readText(`${name}.userField`, userField) }),
    ...(passwordField !== undefined && { passwordField: readText(`${name}.passwordField`, passwordField) }),
  };
}

export function readLogout(name: string, value: unknown): NonNullable<CheckApiOptions['logout']> {
  const { method, path } = membersOf(name, value, ['method', 'path']);
  return { method: readMethod(`${name}.method`, method), path: readText(`${name}.path`, path) };
}

export function readIdempotentRoute(name: string, value: unknown): IdempotentRoute {
  const { method, path, body } = membersOf(name, value, ['method', 'path', 'body']);
  if (typeof body !== 'object' || body === null) throw new CredentialsFault(`${name}.body must be the JSON object to send`);
  return { method: readMethod(`${name}.method`, method), path: readText(`${name}.path`, path), body: JSON.stringify(body) };
}

/** Public keys of the issuer, for one that publishes no key set: PEM or JWK. */
export function readPublicKeys(name: string, value: unknown): NonNullable<CheckApiOptions['publicKeys']> {
  if (Array.isArray(value) && value.length <= MAX_KEYS) {
    try {
      return value.map((key: unknown) => {
        const read = typeof key === 'string' ? createPublicKey(key) : createPublicKey({ key: key as JsonWebKey, format: 'jwk' });
        return { jwk: read.export({ format: 'jwk' }), pem: typeof key === 'string' ? key : undefined };
      });
    } catch {
      // The library's message may quote the key.
    }
  }
  throw new CredentialsFault(`${name} must be a list of public keys, each in PEM or as a JWK`);
}

/** The members of an object that may have these and no others. */
export function membersOf(name: string, value: unknown, known: readonly string[]): Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new CredentialsFault(`${name} must be an object`);
  const other = Object.keys(value).find((member) => !known.includes(member));
  if (other !== undefined) throw new CredentialsFault(`${name} holds "${other.slice(0, 40)}", which is none of ${known.join(', ')}`);
  return value as Record<string, unknown>;
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

function readText(name: string, value: unknown): string {
  if (typeof value !== 'string' || value === '' || value.length > 2000) throw new CredentialsFault(`${name} must be a text`);
  return value;
}

function readMethod(name: string, value: unknown): string {
  if (typeof value !== 'string' || !/^[A-Za-z]{3,10}$/.test(value))
    throw new CredentialsFault(`${name} must be a method of HTTP, such as POST`);
  return value.toUpperCase();
}
