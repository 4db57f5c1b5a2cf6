import type { Guard } from '@sallyport/pipeline';
import type { Quota, RateLimiter } from '@sallyport/storage';
import type { Identified, Route } from '../exchange.ts';
import { type AnswerFields, rateLimit } from '../rate-limit.ts';

/**
 * So many requests per user, over all of the user's devices. Stands after the proof, or anybody holding a stolen token
 * could spend the share of its owner.
 */
export function principalRateLimit(limiter: RateLimiter, quota: Quota): Guard<Identified & AnswerFields> {
  return rateLimit({
    name: 'principal-rate-limit',
    quotaName: 'principal',
    reason: 'principal-rate-limited',
    limiter,
    quota,
    keyOf: ({ principal }) => principal.subject,
    tell: true,
  });
}

/** The limit a route has of its own, per user. */
export function routeRateLimit(limiter: RateLimiter, quota: Quota, { method, path }: Route): Guard<Identified & AnswerFields> {
  return rateLimit({
    name: 'route-rate-limit',
    quotaName: 'route',
    reason: 'principal-rate-limited',
    limiter,
    quota,
    keyOf: ({ principal }) => `${method} ${path} ${principal.subject}`,
    tell: true,
  });
}
