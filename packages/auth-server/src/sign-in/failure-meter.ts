import type { Quota } from '@sallyport/storage';

/** Counts failures: each try is counted before it is made, and given back if it succeeds. */
export interface FailureMeter {
  /** Counts one try. `retryAfter` is in milliseconds. */
  take(key: string, quota: Quota): { readonly allowed: true } | { readonly allowed: false; readonly retryAfter: number };
  /** Takes one try back. */
  giveBack(key: string, quota: Quota): void;
}

/** Keys held at once, some 12 MB. */
const MAX_KEYS = 100_000;

/** The bucket shared by every key there was no room for. */
const OVERFLOW = '';

/**
 * A failure meter in memory: the generic cell rate algorithm, with giving back. A key may fail `limit` times at once, and
 * once more every `window / limit`.
 *
 * Counting before the try is what makes it exact: of a hundred guesses sent at once only `limit` are tried.
 *
 * A restart forgets. Nobody who guesses can cause one, and five more guesses then are no matter.
 *
 * @param monotonic milliseconds on a clock that never steps back.
 */
export function createFailureMeter({
  monotonic,
  maxKeys = MAX_KEYS,
}: {
  readonly monotonic: () => number;
  readonly maxKeys?: number;
}): FailureMeter {
  /** When each key has its full quota again. */
  const full = new Map<string, number>();
  let sweep = full.entries();

  const slotOf = (key: string, now: number): string => {
    if (full.has(key)) return key;
    // Two looked at for one added: what is over never piles up.
    for (let looked = 0; looked < 2; looked++) {
      const next = sweep.next();
      if (next.done) {
        sweep = full.entries();
        break;
      }
      if (next.value[1] <= now) full.delete(next.value[0]);
    }
    return full.size < maxKeys ? key : OVERFLOW;
  };

  return {
    take(key, { limit, window }) {
      const now = monotonic();
      const slot = slotOf(key, now);
      const after = Math.max(full.get(slot) ?? now, now) + window / limit;
      const retryAfter = after - now - window;
      // A thousandth of a millisecond is what floating point loses.
      if (retryAfter > 1e-3) return { allowed: false, retryAfter };
      full.set(slot, after);
      return { allowed: true };
    },
    giveBack(key, { limit, window }) {
      const slot = full.has(key) ? key : OVERFLOW;
      const until = full.get(slot);
      if (until !== undefined) full.set(slot, until - window / limit);
    },
  };
}
