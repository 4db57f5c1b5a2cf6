import type { Clock } from '../ports.ts';

/** A clock that stands still until a test moves it. */
export interface MemoryClock extends Clock {
  /** Moves time on, calling back every timer on the way in its order, with room for what each sets off. */
  advance(milliseconds: number): Promise<void>;
  /** Sets the wall clock, as a user or the network does. `uptime` and timers are not touched. */
  setNow(now: number): void;
  /** Waits, without time passing, until a timer of so many milliseconds (or whatever the test accepts) is set. */
  untilTimer(accepts: (milliseconds: number) => boolean): Promise<void>;
}

interface Timer {
  readonly at: number;
  readonly milliseconds: number;
  readonly callback: () => void;
}

/** @param start milliseconds since 1970. */
export function createMemoryClock(start = 1_800_000_000_000): MemoryClock {
  let uptime = 0;
  let offset = start;
  const timers = new Set<Timer>();
  const watchers = new Set<() => void>();

  return {
    now: () => offset + uptime,
    uptime: () => uptime,
    after(milliseconds, callback) {
      const timer = { at: uptime + milliseconds, milliseconds, callback };
      timers.add(timer);
      for (const watcher of [...watchers]) watcher();
      return () => void timers.delete(timer);
    },
    async advance(milliseconds) {
      const end = uptime + milliseconds;
      for (;;) {
        // What is under way gets to its next wait first. A hundred microtasks are more than any chain of ours.
        for (let turn = 0; turn < 100; turn++) await undefined;
        const [next] = [...timers].filter(({ at }) => at <= end).sort((a, b) => a.at - b.at);
        if (next === undefined) break;
        timers.delete(next);
        uptime = Math.max(uptime, next.at);
        next.callback();
      }
      uptime = end;
    },
    setNow(now) {
      offset = now - uptime;
    },
    untilTimer(accepts) {
      return new Promise((resolve) => {
        const look = () => {
          if (![...timers].some(({ milliseconds }) => accepts(milliseconds))) return;
          watchers.delete(look);
          resolve();
        };
        watchers.add(look);
        look();
      });
    },
  };
}
