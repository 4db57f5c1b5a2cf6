import { parseRetryAfter } from '@sallyport/protocol';
import { backoff } from '../backoff.ts';
import { type Call, type Interceptor, isRepeatable } from '../call.ts';
import { sleep } from '../cancellation.ts';
import { ClientError } from '../errors.ts';
import { toClientError } from '../platform-failure.ts';
import type { Clock, Random, TransportResponse } from '../ports.ts';
import { readProblem } from '../read-problem.ts';
import { RETRY_COST, type RetryQuota, TIMEOUT_COST } from '../retry-quota.ts';

/** Attempts at one call, the first included. More only lengthens the wait for a server that is down. */
const MAX_ATTEMPTS = 4;

/** Longest `Retry-After` that is waited for, in milliseconds. A longer one is the app's to tell the user. */
const MAX_HONOURED_WAIT = 20_000;

/** How often "the first request is still running" is asked after; the deadline ends it sooner. */
const MAX_POLLS = 60;

/** Milliseconds between two of those questions when the server names none. */
const POLL_WAIT = 1000;

/** Statuses that may be gone at the next attempt (RFC 9110 §15.5.9, §15.6; RFC 8470 §5.2; RFC 6585 §4). */
const PASSING_STATUSES = [408, 425, 429, 500, 502, 503, 504];

interface RetryOptions {
  readonly clock: Clock;
  readonly random: Random;
  readonly quota: RetryQuota;
}

/** Why and how an attempt is followed by another. */
interface Retry {
  readonly wait: number;
  readonly cost: number;
  readonly poll: boolean;
}

/**
 * Sends the call again where that is harmless and may help: the call is safe or carries an idempotency key, the failure
 * may pass, attempts, time and quota are left (REQUIREMENTS C7). A POST without a key is sent once, whatever happens.
 */
export function retry({ clock, random, quota }: RetryOptions): Interceptor {
  return async (call, next) => {
    let paid = 0;
    for (let polls = 0; ; ) {
      call.trail.attempts++;
      const outcome = await next(call).catch(toClientError);
      const again = isRepeatable(call) ? decide(call, outcome, call.trail.attempts - polls, polls) : undefined;
      if (again === undefined || !fits(call, again.wait) || !(again.cost === 0 || quota.take(again.cost))) {
        if (outcome instanceof ClientError) throw outcome;
        if (outcome.status < 400) quota.succeeded(paid);
        return outcome;
      }
      paid = again.cost;
      if (again.poll) polls++;
      // The deadline outside always sets a signal.
      if (call.signal !== undefined) await sleep(clock, again.wait, call.signal);
    }
  };

  function decide(call: Call, outcome: TransportResponse | ClientError, attempt: number, polls: number): Retry | undefined {
    if (outcome instanceof ClientError) {
      const passing = outcome.code === 'offline' || outcome.code === 'timeout';
      if (!passing || attempt >= MAX_ATTEMPTS || call.signal?.aborted) return undefined;
      return { wait: backoff(random, attempt), cost: outcome.code === 'timeout' ? TIMEOUT_COST : RETRY_COST, poll: false };
    }
    const asked = parseRetryAfter(outcome.headers['retry-after'], clock.now());
    if (asked !== undefined && asked > MAX_HONOURED_WAIT) return undefined;
    if (outcome.status === 409) {
      const running = readProblem(outcome)?.reason === 'idempotency-in-progress' && polls < MAX_POLLS;
      return running ? { wait: Math.max(asked ?? 0, POLL_WAIT), cost: 0, poll: true } : undefined;
    }
    if (!PASSING_STATUSES.includes(outcome.status) || attempt >= MAX_ATTEMPTS) return undefined;
    const throttled = outcome.status === 429 || outcome.status === 503;
    // Asked to wait: that long, and then spread, or all who were refused together return together.
    return { wait: (asked ?? 0) + backoff(random, attempt, throttled), cost: RETRY_COST, poll: false };
  }

  function fits(call: Call, wait: number): boolean {
    return call.deadline === undefined || clock.uptime() + wait < call.deadline;
  }
}
