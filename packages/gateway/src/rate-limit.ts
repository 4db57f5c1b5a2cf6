import { type Guard, PASS, type Refusal, refuse } from '@sallyport/pipeline';
import { formatRateLimit, formatRateLimitPolicy, type ReasonCode } from '@sallyport/protocol';
import type { Quota, RateDecision, RateLimiter } from '@sallyport/storage';

/** Where the answer collects the fields guards give it. */
export interface AnswerFields {
  /** Name, value, name, value … */
  readonly answerFields: string[];
}

export interface RateLimitOptions<Needs> {
  readonly name: string;
  /** What the caller is told the quota is called; also keeps the keys of quotas apart. */
  readonly quotaName: string;
  readonly reason: Extract<ReasonCode, 'address-rate-limited' | 'principal-rate-limited'>;
  readonly limiter: RateLimiter;
  readonly quota: Quota;
  /** Whose share it is. */
  keyOf(facts: Needs): string;
  /** Whether a request that passes is told how much is left, too. */
  readonly tell: boolean;
}

/**
 * Builds a guard that lets through so many requests in so much time for each key, and answers the rest with 429, a
 * Retry-After that works when obeyed, and the RateLimit fields (draft-ietf-httpapi-ratelimit-headers-10).
 *
 * Exact (see the limiter), and closed when the limiter cannot count.
 */
export function rateLimit<Needs extends object>(options: RateLimitOptions<Needs>): Guard<Needs & AnswerFields> {
  const { name, quotaName, reason, limiter, quota, keyOf, tell } = options;
  const window = Math.ceil(quota.window / 1000);
  const policy = formatRateLimitPolicy({ name: quotaName, limit: quota.limit, window });
  const decide = (decision: RateDecision, answerFields: string[]): typeof PASS | { readonly refusal: Refusal } => {
    const state = {
      name: quotaName,
      limit: quota.limit,
      window,
      remaining: decision.remaining,
      reset: wholeSeconds(decision.resetAfter),
    };
    if (!decision.allowed) {
      // Rounded up, so that whoever waits exactly as long is let in.
      const wait = String(Math.max(1, Math.ceil(decision.retryAfter / 1000)));
      return refuse(reason, undefined, { 'Retry-After': wait, RateLimit: formatRateLimit(state), 'RateLimit-Policy': policy });
    }
    if (tell) answerFields.push('RateLimit', formatRateLimit(state), 'RateLimit-Policy', policy);
    return PASS;
  };
  return {
    name,
    refuses: [reason, 'store-unavailable'],
    check(facts) {
      const decision = limiter.take(`${quotaName} ${keyOf(facts)}`, quota);
      return decision instanceof Promise
        ? decision.then((settled) => decide(settled, facts.answerFields))
        : decide(decision, facts.answerFields);
    },
  };
}

/** Rounded up, but not by what floating point adds to a whole number. */
function wholeSeconds(time: number): number {
  return Math.ceil(time / 1000 - 1e-6);
}
