import type { Random } from './ports.ts';

/** First wait, in milliseconds, of an ordinary failure: long enough for a dropped connection to come back. */
const BASE = 100;
/** First wait after "too many requests": the server has asked for calm (the AWS SDK's ratio of 1 to 5). */
const THROTTLED_BASE = 500;
/** Longest wait: longer, and the user has given up. */
const CAP = 20_000;

/**
 * How long to wait before the next attempt: anything from 0 to an exponentially growing bound. This "full jitter" spreads
 * clients that failed together, which equal waits would bring back together.
 *
 * @param failures attempts that have failed so far, at least 1.
 * @returns milliseconds.
 * @example backoff(random, 3) // 0 to 400
 */
export function backoff(random: Random, failures: number, throttled = false): number {
  const bound = Math.min(CAP, (throttled ? THROTTLED_BASE : BASE) * 2 ** Math.min(failures - 1, 30));
  const [a = 0, b = 0, c = 0, d = 0] = random.bytes(4);
  return Math.round((bound * (((a * 256 + b) * 256 + c) * 256 + d)) / 0xffff_ffff);
}
