import { parseRetryAfter } from '@sallyport/protocol';
import { backoff } from '../backoff.ts';
import { sleep } from '../cancellation.ts';
import type { Credentials } from '../credentials.ts';
import { ClientError, HttpStatusError, RateLimitedError } from '../errors.ts';
import { toClientError } from '../platform-failure.ts';
import type { CancelSignal, Clock, Random } from '../ports.ts';
import type { Grant } from '../session.ts';
import type { Authority, AuthorityAnswer } from './authority.ts';
import type { IssuerMetadata } from './discover.ts';
import { readTokens } from './read-tokens.ts';

/** What the auth server said: new tokens, or that these are over for good. */
export type Renewal = { readonly refused: false; readonly credentials: Credentials } | { readonly refused: true };

/** Attempts at one renewal. Repeating is harmless: the same token with the same key gets the same successor. */
const MAX_ATTEMPTS = 3;

/** Longest wait between two attempts, in milliseconds: with three attempts of 9 s, more would outlast the 30 s a caller has. */
const MAX_WAIT = 3000;

/** The errors that mean "these tokens are over" (RFC 6749 §5.2). Any other refusal says nothing about the session. */
const TERMINAL_ERRORS = ['invalid_grant', 'invalid_client', 'unauthorized_client'];

interface RenewOptions {
  readonly authority: Authority;
  readonly discover: (signal: CancelSignal) => Promise<IssuerMetadata>;
  readonly resource: string;
  readonly clock: Clock;
  readonly random: Random;
}

/**
 * Trades the refresh token for a new pair (RFC 6749 §6). An answer that was lost is asked for again with the identical
 * request; a timeout or a 5xx is never taken for a sign-out.
 *
 * @throws ClientError when no definite answer came.
 */
export function renewTokens({ authority, discover, resource, clock, random }: RenewOptions) {
  return async (grant: Grant, signal: CancelSignal): Promise<Renewal> => {
    const { credentials, signer } = grant;
    const { issuer, clientId, refreshToken } = credentials;
    const form = { grant_type: 'refresh_token', refresh_token: refreshToken, client_id: clientId, resource };
    const attempt = async () => authority.post((await discover(signal)).tokenEndpoint, form, { signer, signal });
    for (let failures = 1; ; failures++) {
      const answer = await attempt().catch(toClientError);
      const failure = answer instanceof ClientError ? answer : undefined;
      if (!(answer instanceof ClientError)) {
        if (answer.status === 200) {
          const renewed =
            answer.json && readTokens(answer.json, { issuer, clientId, jwk: signer.jwk, clock, random, previous: credentials });
          if (renewed === undefined) throw new ClientError('invalid-response');
          return { refused: false, credentials: renewed };
        }
        if (answer.status < 500 && TERMINAL_ERRORS.includes(answer.json?.error as string)) return { refused: true };
      }
      const wait = waitBefore(answer, failures);
      if (wait === undefined || failures >= MAX_ATTEMPTS) throw failure ?? statusError(answer as AuthorityAnswer);
      await sleep(clock, wait, signal);
    }
  };

  function waitBefore(answer: AuthorityAnswer | ClientError, failures: number): number | undefined {
    const wait = backoff(random, failures);
    if (answer instanceof ClientError) return answer.code === 'offline' || answer.code === 'timeout' ? Math.min(wait, MAX_WAIT) : undefined;
    if (answer.status !== 429 && answer.status < 500) return undefined;
    const asked = parseRetryAfter(answer.retryAfter, clock.now()) ?? 0;
    return asked > MAX_WAIT ? undefined : Math.min(asked + wait, MAX_WAIT);
  }

  function statusError({ status, retryAfter }: AuthorityAnswer): HttpStatusError {
    return status === 429 ? new RateLimitedError({}, parseRetryAfter(retryAfter, clock.now())) : new HttpStatusError(status, {});
  }
}
