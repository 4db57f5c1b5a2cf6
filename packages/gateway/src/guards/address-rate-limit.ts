import type { Guard } from '@sallyport/pipeline';
import type { Quota, RateLimiter } from '@sallyport/storage';
import type { Arrival, Route } from '../exchange.ts';
import { type AnswerFields, rateLimit } from '../rate-limit.ts';

/**
 * So many requests per network address, whoever sends them. Stands before any signature is checked, because a check
 * costs a hundred times what refusing costs: a flood of made-up tokens must not be able to buy that.
 */
export function addressRateLimit(limiter: RateLimiter, quota: Quota): Guard<Arrival & AnswerFields> {
  return rateLimit({
    name: 'address-rate-limit',
    quotaName: 'address',
    reason: 'address-rate-limited',
    limiter,
    quota,
    keyOf: ({ address }) => address,
    tell: false,
  });
}

/** The limit of a public route, which has no user to count by. */
export function publicRouteRateLimit(limiter: RateLimiter, quota: Quota, { method, path }: Route): Guard<Arrival & AnswerFields> {
  return rateLimit({
    name: 'public-route-rate-limit',
    quotaName: 'route',
    reason: 'address-rate-limited',
    limiter,
    quota,
    keyOf: ({ address }) => `${method} ${path} ${address}`,
    tell: true,
  });
}
