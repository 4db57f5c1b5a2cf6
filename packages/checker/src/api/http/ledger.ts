/** Why a probe was not sent: a hard cap of the run is reached. The audit that wanted it becomes inconclusive. */
export class BudgetSpent extends Error {
  readonly code = 'budget-spent';
}

/** Counts everything that leaves for the target, per audit, and stops the run at its caps. */
export interface Ledger {
  /** Claims one request or connection. @throws {BudgetSpent} */
  take(who: string): void;
  sentBy(who: string): number;
  readonly total: number;
  /** Milliseconds left; 0 when the time is up. */
  timeLeft(): number;
}

export interface LedgerOptions {
  /** Requests and connections, together. */
  readonly maxRequests: number;
  /** Milliseconds for the whole run. */
  readonly maxTime: number;
  /** Monotonic milliseconds. */
  readonly now: () => number;
}

export function createLedger({ maxRequests, maxTime, now }: LedgerOptions): Ledger {
  const start = now();
  const counts = new Map<string, number>();
  let total = 0;
  const timeLeft = () => Math.max(0, start + maxTime - now());
  return {
    take(who) {
      if (total >= maxRequests) throw new BudgetSpent(`the cap of ${maxRequests} requests is reached; raise it with --max-requests`);
      if (timeLeft() === 0) throw new BudgetSpent(`the cap of ${maxTime / 1000} s is reached; run fewer audits at a time with --only`);
      total++;
      counts.set(who, (counts.get(who) ?? 0) + 1);
    },
    sentBy: (who) => counts.get(who) ?? 0,
    get total() {
      return total;
    },
    timeLeft,
  };
}
