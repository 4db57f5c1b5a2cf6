import { randomInt } from 'node:crypto';
import { closeSync, existsSync, openSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { LockTimeoutError } from '../errors.ts';
import type { Clock, Lock } from '../ports.ts';

/** Milliseconds between two looks at a taken lock: at least, and at most. Spread, so that many waiters do not march in step. */
const LOOK_AGAIN = [15, 45] as const;

/** SQLITE_BUSY and SQLITE_LOCKED. */
const TAKEN = [5, 6];

/**
 * A lock among all processes that name the same file. It is the write lock of an empty SQLite database, because that one
 * lock needs no daemon, no stale-file guessing and no cleaning up: the system frees it when its holder dies.
 *
 * @param path the lock file, made with mode 0600. It never holds anything.
 */
export function createFileLock(path: string, clock: Clock): Lock {
  return {
    async run(patience, task) {
      const database = await acquire(path, clock, patience);
      try {
        return await task();
      } finally {
        // Closing rolls back and frees the lock.
        database.close();
      }
    },
  };
}

async function acquire(path: string, clock: Clock, patience: number): Promise<DatabaseSync> {
  makeFile(path);
  const ends = clock.uptime() + patience;
  const database = new DatabaseSync(path, { timeout: 0 });
  try {
    for (;;) {
      try {
        database.exec('BEGIN EXCLUSIVE');
        return database;
      } catch (error) {
        if (!TAKEN.includes((error as { errcode?: number }).errcode ?? 0)) throw error;
      }
      if (clock.uptime() >= ends) throw new LockTimeoutError();
      await new Promise<void>((resolve) => void clock.after(randomInt(...LOOK_AGAIN), resolve));
    }
  } catch (error) {
    database.close();
    throw error;
  }
}

/**
 * Makes the file if there is none, and does not even open it otherwise: on POSIX systems, closing any descriptor of a file
 * frees all locks that this process has on it.
 */
function makeFile(path: string): void {
  if (existsSync(path)) return;
  try {
    closeSync(openSync(path, 'ax', 0o600));
  } catch (error) {
    // Another process was faster.
    if ((error as { code?: string }).code !== 'EEXIST') throw error;
  }
}
