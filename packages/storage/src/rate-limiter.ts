/** So many in so much time. */
export interface Quota {
  readonly limit: number;
  /** Milliseconds. */
  readonly window: number;
}

/** Whether one more is allowed, and what to tell the caller. Times in milliseconds from now. */
export interface RateDecision {
  readonly allowed: boolean;
  /** How many more would be allowed at once. */
  readonly remaining: number;
  /** When the full quota is there again. */
  readonly resetAfter: number;
  /** When one more will be allowed; 0 when one was. */
  readonly retryAfter: number;
}

export interface RateLimiter {
  /** Counts one for a key. @throws StoreUnavailableError when it cannot be counted; the caller refuses then. */
  take(key: string, quota: Quota): RateDecision | Promise<RateDecision>;
}

/** The limiter in memory answers at once, so the hot path needs no promise. */
export interface MemoryRateLimiter extends RateLimiter {
  take(key: string, quota: Quota): RateDecision;
  /**
   * Takes one back that was counted. Where only failures are to be limited, each try is counted before it is made and given
   * back if it succeeds: of a hundred guesses sent at once only `limit` are tried.
   */
  giveBack(key: string, quota: Quota): void;
}

/** Keys held at once. One takes about 120 bytes, so the bound is some 12 MB. */
const MAX_KEYS = 100_000;

/** The bucket shared by every key of a quota there was no room for. A space first, so that no caller's key is one. */
const overflow = ({ limit, window }: Quota) => ` ${limit}/${window}`;

/**
 * A rate limiter in memory: the generic cell rate algorithm (a leaky bucket as a meter). A key may spend `limit` at once
 * and gets one back every `window / limit`. In any span of time t at most `limit + t × limit / window` are allowed, to the
 * very one; waiting `retryAfter` always succeeds for one.
 *
 * Full, it never lets an unknown key go unlimited, and never forgets one that has spent anything: new keys share one
 * bucket until older ones have their full quota again. A flood from countless addresses thereby limits newcomers as a
 * whole, not those who were there before.
 *
 * @param monotonic milliseconds on a clock that never steps back.
 * @example const { allowed } = createMemoryRateLimiter({ monotonic }).take('address 192.0.2.1', { limit: 600, window: 60_000 })
 */
export function createMemoryRateLimiter({
  monotonic,
  maxKeys = MAX_KEYS,
}: {
  readonly monotonic: () => number;
  readonly maxKeys?: number;
}): MemoryRateLimiter {
  /** When each key has its full quota again: the theoretical arrival time of the algorithm. */
  const full = new Map<string, number>();
  let sweep = full.entries();

  /** Forgets up to two keys that have their full quota; more than one new key a call can never pile up. */
  const forget = (now: number) => {
    for (let looked = 0; looked < 2; looked++) {
      const next = sweep.next();
      if (next.done) {
        sweep = full.entries();
        return;
      }
      if (next.value[1] <= now) full.delete(next.value[0]);
    }
  };

  return {
    take(key, quota) {
      const { limit, window } = quota;
      const now = monotonic();
      let held = full.get(key);
      let slot = key;
      if (held === undefined) {
        forget(now);
        if (full.size >= maxKeys) {
          slot = overflow(quota);
          held = full.get(slot);
        }
      }
      const cost = window / limit;
      const before = Math.max(held ?? now, now);
      const after = before + cost;
      const retryAfter = after - now - window;
      // A billionth of the cost is what floating point loses; without it the last of a quota could be refused.
      if (retryAfter > cost * 1e-9) return { allowed: false, remaining: 0, resetAfter: before - now, retryAfter };
      full.set(slot, after);
      return { allowed: true, remaining: Math.floor((now + window - after) / cost + 1e-9), resetAfter: after - now, retryAfter: 0 };
    },
    giveBack(key, quota) {
      const slot = full.has(key) ? key : overflow(quota);
      const until = full.get(slot);
      if (until !== undefined) full.set(slot, until - quota.window / quota.limit);
    },
  };
}
