import type { Guard } from '@sallyport/pipeline';
import type { Arrival, Named } from '../exchange.ts';

/**
 * Gives every request a name of our own making before anything can go wrong with it: the support code a user reads out,
 * and the key to the log. An id the caller sends is never taken over, or he could forge somebody else's log lines.
 */
export function correlationId(newSupportCode: () => string): Guard<Arrival, Named> {
  return {
    name: 'correlation-id',
    refuses: [],
    check: () => ({ facts: { supportCode: newSupportCode() } }),
  };
}
