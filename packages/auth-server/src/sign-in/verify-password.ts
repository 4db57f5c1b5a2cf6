import { type Guard, refuse } from '@sallyport/pipeline';
import { HashingBusyError, type UserStore } from '@sallyport/storage';
import type { WithAttempt, WithForm, WithUser } from './facts.ts';

/** Checks the password. Unknown name, wrong password and locked user look and take the same (OWASP ASVS 6.3.8). */
export function verifyPassword(users: UserStore): Guard<WithForm & WithAttempt, WithUser> {
  return {
    name: 'verify-password',
    refuses: ['sign-in-failed', 'sign-in-busy', 'store-unavailable'],
    async check({ username, password, giveBack }) {
      try {
        const user = await users.verifyPassword(username, password);
        if (user === undefined) return refuse('sign-in-failed');
        giveBack();
        return { facts: { user } };
      } catch (error) {
        // Not tried, so not failed.
        giveBack();
        if (error instanceof HashingBusyError) return refuse('sign-in-busy', error.code, { 'Retry-After': '2' });
        throw error;
      }
    },
  };
}
