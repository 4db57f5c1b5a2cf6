import type { Clock } from './ports.ts';

/** Renewals forced by a 401 that are allowed within {@link WINDOW}. An honest app needs one per token. */
const MAX_RENEWALS = 5;
/** Milliseconds. Alamofire's numbers; a loop makes hundreds in that time. */
const WINDOW = 30_000;

/** Stops the loop "401, refresh, 401, refresh" that a misconfigured API would otherwise cause in every app at once. */
export interface RefreshBreaker {
  /** @returns `false` when there were too many already: hand the 401 to the caller instead. */
  allow(): boolean;
}

export function createRefreshBreaker(clock: Clock): RefreshBreaker {
  let times: number[] = [];
  return {
    allow() {
      const now = clock.uptime();
      times = times.filter((time) => now - time < WINDOW);
      if (times.length >= MAX_RENEWALS) return false;
      times.push(now);
      return true;
    },
  };
}
