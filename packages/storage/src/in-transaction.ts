import type { DatabaseSync } from 'node:sqlite';

/**
 * All or nothing, in one flush to disk. Commits what `work` did; undoes it when `work` or the commit throws, so that the
 * next transaction finds none open.
 *
 * @example inTransaction(database, () => insert.run(id).changes === 1)
 */
export function inTransaction<Result>(database: DatabaseSync, work: () => Result): Result {
  database.exec('BEGIN IMMEDIATE');
  try {
    const result = work();
    database.exec('COMMIT');
    return result;
  } catch (error) {
    // After some errors, a full disk among them, SQLite has rolled back by itself.
    if (database.isTransaction) database.exec('ROLLBACK');
    throw error;
  }
}
