import { LockTimeoutError } from '../errors.ts';
import type { Clock, Lock } from '../ports.ts';

/** A lock among the clients of one process: first come, first served. */
export function createMemoryLock(clock: Clock): Lock {
  let last: Promise<void> = Promise.resolve();
  return {
    async run(patience, task) {
      const before = last;
      let release = (): void => {};
      last = new Promise((resolve) => {
        release = resolve;
      });
      let stop = (): void => {};
      const timeout = new Promise<'timeout'>((resolve) => {
        stop = clock.after(patience, () => resolve('timeout'));
      });
      const turn = await Promise.race([before.then(() => 'mine' as const), timeout]);
      stop();
      if (turn === 'timeout') {
        // Whoever stands behind must still wait for those before.
        before.then(release, release);
        throw new LockTimeoutError();
      }
      try {
        return await task();
      } finally {
        release();
      }
    },
  };
}
