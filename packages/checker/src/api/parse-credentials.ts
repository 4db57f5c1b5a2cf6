import {
  CredentialsFault,
  membersOf,
  readCarrier,
  readIdempotentRoute,
  readLogout,
  readPublicKeys,
  readSignIn,
  readToken,
  readUser,
} from './credentials-members.ts';
import type { CheckApiOptions } from './options.ts';

export type Credentials = Pick<
  CheckApiOptions,
  'user' | 'secondUser' | 'expiredToken' | 'idToken' | 'carrier' | 'signIn' | 'logout' | 'idempotentRoute' | 'publicKeys'
>;

/** Who reads which member. All of them may be left out. */
const READERS: { readonly [Name in keyof Credentials]-?: (name: string, value: unknown) => NonNullable<Credentials[Name]> } = {
  user: readUser,
  secondUser: readUser,
  expiredToken: readToken,
  idToken: readToken,
  carrier: readCarrier,
  signIn: readSignIn,
  logout: readLogout,
  idempotentRoute: readIdempotentRoute,
  publicKeys: readPublicKeys,
};

/**
 * Reads test credentials, and how the API takes them. They come in a file, because a command line is seen by everybody on the
 * machine and kept by the shell.
 *
 * @param text JSON: `user` and `secondUser` with `accessToken`, `refreshToken` and `dpopKey` (a private P-256 JWK, or PKCS #8 in
 *   PEM), `expiredToken`, `idToken`; `carrier` when it is not `Authorization: Bearer`; the routes `signIn`, `logout` and
 *   `idempotentRoute`; `publicKeys` of an issuer without a key set.
 * @throws {CredentialsFault}
 * @example parseCredentials('{"user":{"accessToken":"eyJ…"}}').user?.accessToken
 */
export function parseCredentials(text: string): Credentials {
  const root = membersOf('the file', parseObject(text), Object.keys(READERS));
  return Object.fromEntries(
    Object.entries(READERS).flatMap(([name, read]) => (root[name] === undefined ? [] : [[name, read(name, root[name])]])),
  );
}

function parseObject(text: string): object {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value;
  } catch {
    // JSON.parse quotes the text in its message.
  }
  throw new CredentialsFault('it is no JSON object');
}
