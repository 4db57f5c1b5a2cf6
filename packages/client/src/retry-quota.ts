/** Tokens of a full bucket. With {@link RETRY_COST} it pays for 100 retries in a row, then only successes earn more. */
const CAPACITY = 500;
/** Price of a retry. The AWS SDK's numbers, proved at a scale we do not have. */
export const RETRY_COST = 5;
/** A timeout kept the server busy, so repeating it costs double. */
export const TIMEOUT_COST = 10;
/** What a success at the first attempt earns. */
const REFILL = 1;

/** Bounds the retries of a whole client, so that a server in trouble is not buried by those it failed. */
export interface RetryQuota {
  /** Pays for one retry. @returns `false` when there is too little left: do not retry. */
  take(cost: number): boolean;
  /** A call succeeded. @param paid what its last retry cost; it is given back. */
  succeeded(paid: number): void;
}

/** One per client. */
export function createRetryQuota(capacity: number = CAPACITY): RetryQuota {
  let left = capacity;
  return {
    take(cost) {
      if (left < cost) return false;
      left -= cost;
      return true;
    },
    succeeded(paid) {
      left = Math.min(capacity, left + (paid === 0 ? REFILL : paid));
    },
  };
}
