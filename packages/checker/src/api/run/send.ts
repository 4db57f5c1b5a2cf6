import { createHash, randomUUID, sign } from 'node:crypto';
import { createDpopProof, encodeBase64url, parseDeviceJwk, parseRetryAfter } from '@sallyport/protocol';
import { type Answer, NoAnswer, type Request } from '../http/answer.ts';
import type { Exchange } from '../http/exchange.ts';
import type { Ledger } from '../http/ledger.ts';
import type { TestUser, TokenCarrier } from '../options.ts';
import { MAX_SILENT } from './answered-ones.ts';

/** What a probe changes about an honest request. */
export interface Tampering {
  /** Sent instead of the user's token. */
  readonly token?: string;
  /** Scheme of the Authorization field instead of the right one. */
  readonly scheme?: string;
  /** A finished proof to send; `null` sends none. */
  readonly proof?: string | null;
  /** The proof is made for this request instead of the one it goes with. */
  readonly proofFor?: { readonly method?: string; readonly url?: string; readonly token?: string };
  /** The key to make the proof with, instead of the user's. */
  readonly dpopKey?: TestUser['dpopKey'];
}

export interface Manner {
  /** Take a 429 for an answer instead of waiting for the moment it names. */
  readonly impatient?: boolean;
}

/** Sends requests for one audit, honest or tampered with. */
export interface Sender {
  /** As anybody. */
  send(request: Request, manner?: Manner): Promise<Answer>;
  /** As this user, by the carrier in use, with a DPoP proof when the token is bound. */
  sendAs(user: TestUser, request: Request, tampering?: Tampering & Manner): Promise<Answer>;
  /** A proof of the user's key, without an access token when `token` is left out (RFC 9449 §5). */
  prove(user: TestUser, request: Request, token?: string): Promise<string>;
}

export interface SendContext {
  readonly exchange: Exchange;
  readonly ledger: Ledger;
  readonly carrier: TokenCarrier;
  /** Milliseconds for one request. */
  readonly timeout: number;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly wait: (milliseconds: number) => Promise<void>;
  /** The newest DPoP nonce of each origin (RFC 9449 §8.2). */
  readonly nonces: Map<string, string>;
  /** Requests in a row that timed out at an origin that has answered none so far; `undefined` once it has answered. */
  readonly silence: Map<string, number | undefined>;
}

/** A limiter that wants us to wait longer than this is reported instead of obeyed; in milliseconds. */
const LONGEST_WAIT = 5_000;

/** @param who the audit the requests are counted for. */
export function createSender(context: SendContext, who: string): Sender {
  const { exchange, ledger, carrier, now, nonces, silence } = context;

  const sendOnce = async (request: Request): Promise<Answer> => {
    const { origin } = new URL(request.url);
    const silent = silence.has(origin) ? silence.get(origin) : 0;
    if (silent === MAX_SILENT) throw new NoAnswer('ETIMEDOUT', `${origin} answered none of ${MAX_SILENT} requests, so no more are sent`);
    ledger.take(who);
    const answer = await exchange.send(request, Math.min(context.timeout, Math.max(1, ledger.timeLeft()))).catch((error: unknown) => {
      if (error instanceof NoAnswer && error.code === 'ETIMEDOUT' && silent !== undefined) silence.set(origin, silent + 1);
      throw error;
    });
    silence.set(origin, undefined);
    const nonce = answer.headers['dpop-nonce'];
    if (nonce !== undefined) nonces.set(origin, nonce);
    return answer;
  };

  const send = async (request: Request, { impatient = false }: Manner = {}): Promise<Answer> => {
    const answer = await sendOnce(request);
    const pause = answer.status === 429 && !impatient ? parseRetryAfter(answer.headers['retry-after'], now()) : undefined;
    if (pause === undefined || pause > LONGEST_WAIT || pause > ledger.timeLeft()) return answer;
    await context.wait(pause);
    return sendOnce(request);
  };

  const makeProof = async (key: NonNullable<TestUser['dpopKey']>, request: Pick<Request, 'method' | 'url'>, token: string | undefined) => {
    const jwk = parseDeviceJwk({ ...key.export({ format: 'jwk' }), d: undefined });
    if (jwk === undefined) throw new Error('the DPoP key is no P-256 key');
    return createDpopProof(
      { jwk, sign: async (input) => sign('sha256', Buffer.from(input), { key, dsaEncoding: 'ieee-p1363' }) },
      {
        method: request.method,
        url: request.url,
        iat: Math.floor(now() / 1000),
        jti: randomUUID(),
        nonce: nonces.get(new URL(request.url).origin),
        ath: token === undefined ? undefined : encodeBase64url(createHash('sha256').update(token).digest()),
      },
    );
  };

  const sendAs = async (user: TestUser, request: Request, tampering: Tampering & Manner = {}): Promise<Answer> => {
    const token = tampering.token ?? user.accessToken;
    const key = tampering.dpopKey ?? user.dpopKey;
    const attempt = async () => {
      const headers: Record<string, string> = { ...request.headers, ...carry(token) };
      if (typeof tampering.proof === 'string') headers.dpop = tampering.proof;
      else if (key !== undefined && tampering.proof !== null) {
        const { method = request.method, url = request.url, token: hashed = token } = tampering.proofFor ?? {};
        headers.dpop = await makeProof(key, { method, url }, hashed);
      }
      return send({ ...request, headers }, tampering);
    };
    const carry = (value: string): Record<string, string> => {
      // What a browser adds to a request that changes something, and guards against forged ones ask for (RFC 6454 §7.3).
      const origin = request.method === 'GET' ? {} : { origin: new URL(request.url).origin };
      if (carrier.kind === 'cookie') return { ...origin, cookie: `${carrier.name}=${value}` };
      if (carrier.kind === 'header') return { [carrier.name.toLowerCase()]: value };
      const { scheme = user.dpopKey === undefined ? 'Bearer' : 'DPoP' } = carrier;
      return { authorization: `${tampering.scheme ?? scheme} ${value}` };
    };
    const answer = await attempt();
    // RFC 9449 §8: the server wants a nonce of its own in the proof; once is enough, or it is no honest server.
    const wantsNonce = answer.status === 401 && /use_dpop_nonce/.test(answer.headers['www-authenticate'] ?? '');
    return wantsNonce && key !== undefined && tampering.proof === undefined ? attempt() : answer;
  };

  return {
    send,
    sendAs,
    prove: (user, request, token) => {
      if (user.dpopKey === undefined) throw new Error('the user has no DPoP key');
      return makeProof(user.dpopKey, request, token);
    },
  };
}
