import { createHash } from 'node:crypto';
import { type Guard, refuse } from '@sallyport/pipeline';
import { type MemoryRateLimiter, type Quota, userNameKey } from '@sallyport/storage';
import type { SignInRequest, WithAttempt, WithForm } from './facts.ts';

/**
 * Bounds failed sign-ins per user and per network address (REQUIREMENTS T7), before the password is hashed. Unknown users
 * are counted like known ones, so the limit tells nobody who exists.
 */
export function checkSignInLimit(
  failures: MemoryRateLimiter,
  limits: { readonly user: Quota; readonly address: Quota },
): Guard<SignInRequest & WithForm, WithAttempt> {
  return {
    name: 'check-sign-in-limit',
    refuses: ['sign-in-limited'],
    check({ username, address }) {
      // Hashed: a key of fixed length, and no list of names in memory.
      const user = `user ${createHash('sha256').update(userNameKey(username)).digest('base64url')}`;
      const network = `address ${address}`;
      const byUser = failures.take(user, limits.user);
      if (!byUser.allowed) return limited('user', byUser.retryAfter);
      const byAddress = failures.take(network, limits.address);
      if (!byAddress.allowed) {
        failures.giveBack(user, limits.user);
        return limited('address', byAddress.retryAfter);
      }
      const giveBack = () => {
        failures.giveBack(user, limits.user);
        failures.giveBack(network, limits.address);
      };
      return { facts: { giveBack } };
    },
  };
}

function limited(which: string, retryAfter: number) {
  return refuse('sign-in-limited', `limit per ${which}`, { 'Retry-After': String(Math.max(1, Math.ceil(retryAfter / 1000))) });
}
