import type { OAuthStore } from '@sallyport/storage';

/** How often expired entries are looked for, in milliseconds. */
const INTERVAL = 10_000;

/** Entries deleted at once: a few milliseconds in which nothing else is answered. */
const BATCH = 1000;

/** Pause after a full batch, in milliseconds, so that requests come first. 5000 a second: more than can be made. */
const PAUSE = 200;

/**
 * Deletes expired entries from time to time, a bounded number each; while there are more, the next ones soon.
 *
 * @returns stops it.
 */
export function purgeExpired(store: OAuthStore, now: () => number, onError: (error: unknown) => void): () => void {
  let timer: NodeJS.Timeout;
  let stopped = false;
  const purgeIn = (pause: number) => {
    timer = setTimeout(async () => {
      const deleted = await store.purge(now(), BATCH).catch(onError);
      if (!stopped) purgeIn(deleted === BATCH ? PAUSE : INTERVAL);
    }, pause).unref();
  };
  purgeIn(INTERVAL);
  return () => {
    stopped = true;
    clearTimeout(timer);
  };
}
