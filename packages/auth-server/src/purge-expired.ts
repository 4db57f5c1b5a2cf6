import type { OAuthStore } from '@sallyport/storage';

/** How often expired entries are looked for, in milliseconds. */
const INTERVAL = 10_000;

/** Entries deleted at once: a few milliseconds in which nothing else is answered. 6000 a minute, more than can be made. */
const BATCH = 1000;

/**
 * Deletes expired entries from time to time, a bounded number each.
 *
 * @returns stops it.
 */
export function purgeExpired(store: OAuthStore, now: () => number, onError: (error: unknown) => void): () => void {
  const timer = setInterval(() => {
    store.purge(now(), BATCH).catch(onError);
  }, INTERVAL);
  timer.unref();
  return () => clearInterval(timer);
}
