import { StoreUnavailableError } from './open-database.ts';

/** Remembers what may be used once. */
export interface ReplayStore {
  /**
   * Claims an id for its first and only use, atomically.
   *
   * @param id at most 64 characters; hash longer ones.
   * @param expiresAt when the id may be forgotten, on the clock the store was made with.
   * @returns whether this was the first use.
   * @throws StoreUnavailableError when it cannot be remembered; the caller refuses the request then.
   */
  claim(id: string, expiresAt: number): boolean | Promise<boolean>;
}

/** The store in memory answers at once, so the hot path needs no promise. */
export interface MemoryReplayStore extends ReplayStore {
  claim(id: string, expiresAt: number): boolean;
}

/**
 * Ids held at once. One takes about 130 bytes, so the bound is some 65 MB, and is reached at 830 signed requests a second
 * kept up for the ten minutes a nonce lives.
 */
const MAX_CLAIMS = 500_000;

/**
 * A replay store in memory, for one gateway process.
 *
 * Exact: the check and the claim are one step of one thread. Full, it fails closed: forgetting an id early would let a
 * captured request through. Starts empty, so its caller must see to it that nothing from before a restart is accepted
 * (the gateway's nonces are of this process alone).
 *
 * @param monotonic the clock `expiresAt` is on; one that never steps back, or an old id could become fresh again.
 * @example const replays = createMemoryReplayStore({ monotonic: () => performance.now() })
 */
export function createMemoryReplayStore({
  monotonic,
  maxClaims = MAX_CLAIMS,
}: {
  readonly monotonic: () => number;
  readonly maxClaims?: number;
}): MemoryReplayStore {
  const claims = new Map<string, number>();
  return {
    claim(id, expiresAt) {
      const now = monotonic();
      // Oldest first, and nearly in order of expiry; two per claim keep up with any rate of claims.
      let looked = 0;
      for (const [old, until] of claims) {
        if (until > now || looked++ === 2) break;
        claims.delete(old);
      }
      const until = claims.get(id);
      if (until !== undefined && until > now) return false;
      if (claims.size >= maxClaims)
        throw new StoreUnavailableError('The replay store is full. Requests are refused until older proofs expire.');
      claims.delete(id);
      claims.set(id, expiresAt);
      return true;
    },
  };
}
