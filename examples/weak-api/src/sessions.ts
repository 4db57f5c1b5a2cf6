import { createHash, createHmac, generateKeyPairSync, type KeyObject, randomBytes, randomUUID, sign } from 'node:crypto';
import type { Flaws } from './planted-flaws.ts';
import type { User } from './store.ts';

export interface Session {
  readonly id: string;
  readonly user: User;
  /** Thumbprint of the device's key. */
  readonly jkt: string | undefined;
  ended: boolean;
  current: string;
  readonly used: Set<string>;
}

export interface Tokens {
  readonly access_token: string;
  readonly refresh_token: string;
  readonly id_token: string;
  readonly token_type: 'Bearer' | 'DPoP';
  /** Seconds. */
  readonly expires_in: number;
}

export interface Sessions {
  readonly publicKey: KeyObject;
  readonly privateKey: KeyObject;
  readonly keyId: string;
  readonly audience: string;
  readonly clientId: string;
  start(user: User, jkt: string | undefined): Tokens;
  /** `undefined` refuses. */
  renew(refreshToken: string, jkt: string | undefined): Tokens | undefined;
  end(token: string): void;
  isOpen(id: unknown): boolean;
  /** An access token that ran out an hour ago. */
  expired(user: User, jkt: string | undefined): string;
}

/** Shared by everybody who knows English. Used by `word-as-secret` only. */
export const WORD = 'secret';

const AUDIENCE = 'https://orders.example';
const CLIENT_ID = 'orders-app';

const MINUTE = 60;

export function createSessions(flaws: Flaws, issuer: () => string, now: () => number): Sessions {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const keyId = randomUUID();
  const sessions = new Map<string, Session>();
  const lifetime = (flaws.has('day-long-tokens') ? 24 * 60 : 15) * MINUTE;

  const jwt = (typ: string, claims: object) => {
    const word = flaws.has('word-as-secret');
    const input = [{ alg: word ? 'HS256' : 'RS256', typ, kid: keyId }, claims]
      .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
      .join('.');
    return `${input}.${word ? createHmac('sha256', WORD).update(input).digest('base64url') : sign('sha256', Buffer.from(input), privateKey).toString('base64url')}`;
  };
  const access = (session: Pick<Session, 'id' | 'user' | 'jkt'>, iat: number) =>
    jwt('at+jwt', {
      iss: issuer(),
      aud: AUDIENCE,
      sub: session.user.name,
      client_id: CLIENT_ID,
      scope: 'orders',
      iat,
      exp: iat + lifetime,
      jti: randomUUID(),
      sid: session.id,
      ...(session.jkt !== undefined && { cnf: { jkt: session.jkt } }),
      ...(flaws.has('personal-claims') && { email: session.user.email, password_hash: session.user.passwordHash }),
    });
  const grant = (session: Session): Tokens => {
    const iat = Math.floor(now() / 1000);
    return {
      access_token: access(session, iat),
      refresh_token: session.current,
      id_token: jwt('JWT', {
        iss: issuer(),
        aud: CLIENT_ID,
        sub: session.user.name,
        sid: session.id,
        iat,
        exp: iat + lifetime,
        ...(session.jkt !== undefined && { cnf: { jkt: session.jkt } }),
      }),
      token_type: session.jkt === undefined ? 'Bearer' : 'DPoP',
      expires_in: lifetime,
    };
  };
  const find = (token: string) => {
    const digest = fingerprint(token);
    return [...sessions.values()].find((session) => fingerprint(session.current) === digest || session.used.has(digest));
  };

  return {
    publicKey,
    privateKey,
    keyId,
    audience: AUDIENCE,
    clientId: CLIENT_ID,
    start(user, jkt) {
      const bound = flaws.has('bearer-only') ? undefined : jkt;
      const session: Session = { id: randomUUID(), user, jkt: bound, ended: false, current: newToken(), used: new Set() };
      sessions.set(session.id, session);
      return grant(session);
    },
    renew(token, jkt) {
      const session = find(token);
      if (session === undefined || session.ended || (session.jkt !== undefined && session.jkt !== jkt)) return undefined;
      if (flaws.has('no-rotation')) return grant(session);
      if (session.current !== token) {
        // Used before: a thief and the user are both here, and nobody can tell which is which.
        if (!flaws.has('reuse-ignored')) session.ended = true;
        return undefined;
      }
      session.used.add(fingerprint(token));
      session.current = newToken();
      return grant(session);
    },
    end(token) {
      const session = find(token);
      if (session !== undefined && !flaws.has('no-revocation')) session.ended = true;
    },
    isOpen: (id) => typeof id === 'string' && sessions.get(id)?.ended === false,
    expired: (user, jkt) => {
      const session: Session = {
        id: randomUUID(),
        user,
        jkt: flaws.has('bearer-only') ? undefined : jkt,
        ended: false,
        current: newToken(),
        used: new Set(),
      };
      sessions.set(session.id, session);
      return access(session, Math.floor(now() / 1000) - lifetime - 60 * MINUTE);
    },
  };
}

const newToken = () => randomBytes(32).toString('base64url');
const fingerprint = (token: string) => createHash('sha256').update(token).digest('hex');
