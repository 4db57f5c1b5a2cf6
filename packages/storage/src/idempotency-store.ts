import { createHash } from 'node:crypto';
import type { DatabaseSync } from 'node:sqlite';
import { inTransaction } from './in-transaction.ts';
import { type Migration, StoreUnavailableError } from './open-database.ts';

/** Whose key it is: the same key of another user or another app is another key. */
export interface IdempotencySlot {
  readonly principal: string;
  readonly client: string;
  readonly key: string;
}

/** The first answer to a key, as it is given again. */
export interface StoredAnswer {
  readonly status: number;
  /** Name, value, name, value … */
  readonly head: readonly string[];
  readonly body: Uint8Array;
}

export type IdempotencyState =
  /** The caller is the first and may execute, once. */
  | { readonly state: 'claimed'; readonly claim: string }
  /** Somebody is executing. */
  | { readonly state: 'running' }
  | { readonly state: 'answered'; readonly answer: StoredAnswer }
  /** It was, or may have been, executed, and its answer is not known. It is never executed again. */
  | { readonly state: 'unknown' }
  /** The key came with another request before. */
  | { readonly state: 'mismatched' };

/** Remembers what was executed under which key, for at least 24 hours. */
export interface IdempotencyStore {
  /**
   * Claims a key, or tells what became of it; atomic among any number of callers.
   *
   * @param fingerprint SHA-256 of the request: method, target, body.
   * @throws StoreUnavailableError when the claim cannot be made durable; nothing may be executed then.
   */
  begin(slot: IdempotencySlot, fingerprint: Uint8Array): IdempotencyState;
  /** Keeps the answer, durably before it returns. @throws StoreUnavailableError; the key is `unknown` from then on. */
  complete(claim: string, answer: StoredAnswer): void;
  /** The answer was lost: the key is `unknown` from now on. Cannot fail. */
  lose(claim: string): void;
  /** Nothing was executed: the key is free again. @throws StoreUnavailableError; the key is `unknown` from then on. */
  release(claim: string): void;
}

/**
 * How long an answer is given again, in milliseconds: what Stripe promises, and long enough for a phone that was off
 * overnight. Policy of the store, not of the caller, so that nobody can shorten it by mistake.
 */
const RETENTION = 86_400_000;

/** Expired rows removed with each claim: more than one, so the table shrinks; few, so no claim waits for housekeeping. */
const PURGED_PER_CLAIM = 20;

/** The table of {@link createIdempotencyStore}. An answer that is NULL is running, or lost; see there. */
export const idempotencyMigrations: readonly Migration[] = [
  {
    version: 1,
    sql: `CREATE TABLE idempotency (
            slot BLOB PRIMARY KEY,
            fingerprint BLOB NOT NULL,
            claim TEXT NOT NULL,
            expires_at INTEGER NOT NULL,
            status INTEGER,
            head TEXT,
            body BLOB
          ) STRICT;
          CREATE INDEX idempotency_expires_at ON idempotency (expires_at);
          CREATE UNIQUE INDEX idempotency_claim ON idempotency (claim)`,
  },
];

interface Row {
  readonly fingerprint: Uint8Array;
  readonly claim: string;
  readonly status: number | null;
  readonly head: string | null;
  readonly body: Uint8Array | null;
}

/**
 * The idempotency store in SQLite, for one gateway process.
 *
 * A claim is one INSERT that only one caller can win, durable before the request goes upstream. Which claims are running is
 * known by this process alone: a claim without an answer that is not running here was cut off by a crash, or belongs to a
 * process that is no more, and so is `unknown`. Nothing needs to be repaired at start, and no lease can run out and let a
 * request be executed twice.
 *
 * Keys and users stand in the table only as one SHA-256.
 *
 * @param now milliseconds since 1970.
 * @param newClaim a fresh id, unique over all processes that ever use the database.
 * @example createIdempotencyStore({ database: openDatabase(path, idempotencyMigrations), now: Date.now, newClaim: randomUUID })
 */
export function createIdempotencyStore({
  database,
  now,
  newClaim,
}: {
  readonly database: DatabaseSync;
  readonly now: () => number;
  readonly newClaim: () => string;
}): IdempotencyStore {
  const running = new Set<string>();
  const purge = database.prepare(
    `DELETE FROM idempotency WHERE rowid IN (SELECT rowid FROM idempotency WHERE expires_at <= ? LIMIT ${PURGED_PER_CLAIM})`,
  );
  const insert = database.prepare(
    `INSERT INTO idempotency (slot, fingerprint, claim, expires_at) VALUES (:slot, :fingerprint, :claim, :expiresAt)
     ON CONFLICT (slot) DO UPDATE SET fingerprint = excluded.fingerprint, claim = excluded.claim,
       expires_at = excluded.expires_at, status = NULL, head = NULL, body = NULL
     WHERE idempotency.expires_at <= :now`,
  );
  const select = database.prepare('SELECT fingerprint, claim, status, head, body FROM idempotency WHERE slot = ?');
  const update = database.prepare(
    'UPDATE idempotency SET status = ?, head = ?, body = ?, expires_at = ? WHERE claim = ? AND status IS NULL',
  );
  const remove = database.prepare('DELETE FROM idempotency WHERE claim = ? AND status IS NULL');

  return {
    begin: (slot, fingerprint) =>
      guarded(() => {
        const id = slotId(slot);
        const claim = newClaim();
        const at = now();
        const won = inTransaction(database, () => {
          purge.run(at);
          return insert.run({ slot: id, fingerprint, claim, expiresAt: at + RETENTION, now: at }).changes === 1;
        });
        if (won) {
          running.add(claim);
          return { state: 'claimed', claim };
        }
        const row = select.get(id) as unknown as Row | undefined;
        if (row === undefined) throw new StoreUnavailableError('The row of a claimed key is gone.');
        return stateOf(row, fingerprint, running.has(row.claim));
      }),
    complete(claim, { status, head, body }) {
      // First, so that the key is unknown, and not running for ever, if the disk is full.
      running.delete(claim);
      guarded(() => update.run(status, JSON.stringify(head), body, now() + RETENTION, claim));
    },
    lose(claim) {
      running.delete(claim);
    },
    release(claim) {
      running.delete(claim);
      guarded(() => remove.run(claim));
    },
  };
}

function stateOf(row: Row, fingerprint: Uint8Array, isRunning: boolean): IdempotencyState {
  if (Buffer.compare(row.fingerprint, fingerprint) !== 0) return { state: 'mismatched' };
  const { status, head, body } = row;
  if (status === null || head === null) return { state: isRunning ? 'running' : 'unknown' };
  return { state: 'answered', answer: { status, head: JSON.parse(head) as string[], body: body ?? new Uint8Array() } };
}

/** JSON keeps the three apart whatever characters they hold. */
function slotId({ principal, client, key }: IdempotencySlot): Uint8Array {
  return createHash('sha256')
    .update(JSON.stringify([principal, client, key]))
    .digest();
}

function guarded<Result>(work: () => Result): Result {
  try {
    return work();
  } catch (error) {
    if (error instanceof StoreUnavailableError) throw error;
    const why = error instanceof Error ? error.message : String(error);
    throw new StoreUnavailableError(`The idempotency store failed: ${why}. Make room on the disk and the folder writable.`, {
      cause: error,
    });
  }
}
