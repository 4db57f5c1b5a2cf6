import type { Principal } from './exchange.ts';

/** Access tokens that were found good, so that a token is verified once and not once a request. */
export interface TokenVerdicts {
  /** @param generation of the keys now; a verdict reached with other keys is gone. */
  find(digest: string, generation: number): Principal | undefined;
  keep(digest: string, principal: Principal, generation: number): void;
}

/** Verdicts kept: one costs about 600 bytes, so some 12 MB. Only verified tokens get in, so no stranger can fill it. */
const MAX_VERDICTS = 20_000;

/**
 * Makes the cache of verdicts. It holds principals, whose expiry is checked at every use; forgets the oldest first; and
 * forgets all when the keys change, so that a withdrawn key stops working at once.
 *
 * @example const verdicts = createTokenVerdicts(); verdicts.find(sha256(token), keys.generation())
 */
export function createTokenVerdicts(max: number = MAX_VERDICTS): TokenVerdicts {
  const verdicts = new Map<string, Principal>();
  let reachedUnder = 0;
  const turn = (generation: number) => {
    if (generation === reachedUnder) return;
    verdicts.clear();
    reachedUnder = generation;
  };
  return {
    find(digest, generation) {
      turn(generation);
      return verdicts.get(digest);
    },
    keep(digest, principal, generation) {
      turn(generation);
      if (verdicts.size >= max) verdicts.delete(verdicts.keys().next().value as string);
      verdicts.set(digest, principal);
    },
  };
}
