import { hash, type KeyObject } from 'node:crypto';
import { type Guard, refuse, type Verdict } from '@sallyport/pipeline';
import type { ReasonCode } from '@sallyport/protocol';
import type { Challenges } from '../challenge.ts';
import type { Identified, Principal, Readable } from '../exchange.ts';
import type { KeySource } from '../key-source.ts';
import { type ReadToken, readAccessToken, type TokenExpectations } from '../read-access-token.ts';
import type { TokenVerdicts } from '../token-verdicts.ts';
import { verifyEs256 } from '../verify-es256.ts';

export interface AccessTokenOptions extends TokenExpectations {
  readonly keys: KeySource;
  readonly verdicts: TokenVerdicts;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly challenges: Challenges;
}

/**
 * Lets through a request with an access token of our issuer, for us, in force, signed with ES256 by one of the issuer's
 * published keys (RFC 9068 §4, RFC 8725 §3). Algorithm and key are ours to choose, never the token's: no `none`, no
 * HS256 with a public key, no `jku`, `x5u` or `jwk`.
 *
 * A good verdict is kept, by the SHA-256 of the token. Only tokens in their one canonical spelling are ever judged good,
 * so a respelled token finds no verdict and is refused on its own.
 */
export function accessToken({ keys, verdicts, now, challenges, ...expected }: AccessTokenOptions): Guard<Readable, Identified> {
  const no = (reason: ReasonCode, detail?: string) => {
    const challenge = challenges(reason);
    return refuse(reason, detail, challenge === undefined ? undefined : { 'WWW-Authenticate': challenge });
  };
  const judge = (token: ReadToken, key: KeyObject | undefined, digest: string, scheme: Identified['scheme']): Verdict<Identified> => {
    if (key === undefined) return no('token-key-unknown');
    if (!verifyEs256(key, token.signingInput, token.signature)) return no('token-signature');
    verdicts.keep(digest, token.principal, keys.generation());
    return pass(token.principal, digest, scheme);
  };
  return {
    name: 'access-token',
    refuses: [
      'token-missing',
      'token-malformed',
      'token-algorithm',
      'token-key-unknown',
      'token-signature',
      'token-expired',
      'token-issuer',
      'keys-unavailable',
    ],
    check({ fields }) {
      if (fields.authorization === undefined) return no('token-missing');
      const credentials = readCredentials(fields.authorization);
      if (credentials === undefined) return no('token-malformed', 'neither DPoP nor Bearer with one token');
      const { token: text, scheme } = credentials;
      const digest = hash('sha256', text, 'base64url');
      const known = verdicts.find(digest, keys.generation());
      if (known !== undefined) return known.expiresAt > now() ? pass(known, digest, scheme) : no('token-expired');
      const token = readAccessToken(text, expected, now());
      if (typeof token === 'string') return no(token);
      const key = keys.find(token.kid);
      return key instanceof Promise ? key.then((found) => judge(token, found, digest, scheme)) : judge(token, key, digest, scheme);
    },
  };
}

function pass(principal: Principal, tokenDigest: string, scheme: Identified['scheme']): Verdict<Identified> {
  return { facts: { principal, tokenDigest, scheme } };
}

/** `DPoP <token>` or `Bearer <token>` (RFC 9110 §11.6.2); the token is token68 and there is nothing else. */
const CREDENTIALS = /^(dpop|bearer) +([\w.~+/=-]+)$/i;

function readCredentials(field: string): { token: string; scheme: Identified['scheme'] } | undefined {
  const match = CREDENTIALS.exec(field);
  return match === null ? undefined : { token: match[2] as string, scheme: match[1]?.toLowerCase() as Identified['scheme'] };
}
