import type { DatabaseSync } from 'node:sqlite';
import { inTransaction } from './in-transaction.ts';
import { StoreUnavailableError } from './open-database.ts';

/** SHA-256 of a token, code or id. The store never sees the thing itself. */
export type Digest = Uint8Array;

/** What the token engine remembers under one id. */
export interface OAuthEntry {
  /** Which sort of thing: `RefreshToken`, `Grant`, … */
  readonly kind: string;
  readonly id: Digest;
  /** Sealed by the caller. */
  readonly payload: Uint8Array;
  /** Digest of the grant it belongs to, and with which it is revoked. */
  readonly grant?: Digest | undefined;
  /** Milliseconds since 1970. */
  readonly expiresAt: number;
}

export interface FoundEntry {
  readonly payload: Uint8Array;
  readonly expiresAt: number;
  /** When it was used up; `undefined` while it was not. */
  readonly consumedAt: number | undefined;
}

/** One use of a refresh token: the old one, the next one, and the answer that is repeated until the next one is used. */
export interface Rotation {
  readonly old: Digest;
  readonly successor: OAuthEntry & { readonly kind: 'RefreshToken'; readonly grant: Digest };
  /** Sealed under a key derived from the old token. */
  readonly answer: Uint8Array;
  readonly now: number;
}

/** `rotated`: this call did it. `superseded`: another one had. `gone`: the token or its grant does not exist any more. */
export type RotationOutcome = 'rotated' | 'superseded' | 'gone';

/** What is known of a refresh token that was rotated. `answer` is there until the successor was used. */
export interface RotatedToken {
  readonly answer: Uint8Array | undefined;
  readonly successorConsumed: boolean;
}

/**
 * What the auth server remembers. Every operation is atomic: a claim, a consumption and a rotation are each won by exactly
 * one caller, over all processes that share the store.
 *
 * @throws StoreUnavailableError from each, when the store cannot be read or written; the caller refuses then.
 */
export interface OAuthStore {
  /** Writes an entry, over one of the same id. A used-up entry stays used up. */
  save(entry: OAuthEntry): Promise<void>;
  /** Writes an entry if there is none of this id that has not expired. @returns whether this caller did. */
  claim(entry: OAuthEntry, now: number): Promise<boolean>;
  /** Finds an entry, expired or not. */
  find(kind: string, id: Digest): Promise<FoundEntry | undefined>;
  /** Uses an entry up. @returns whether this caller did; `false` also when there is none. */
  consume(kind: string, id: Digest, now: number): Promise<boolean>;
  remove(kind: string, id: Digest): Promise<void>;
  /** Removes what of one kind belongs to a grant. */
  removeOfGrant(kind: string, grant: Digest): Promise<void>;
  /** Ends a grant: removes it and everything that belongs to it. */
  endGrant(grant: Digest): Promise<void>;
  /** Uses a refresh token up and puts its successor in its place. The grant lives as long as the successor. */
  rotate(rotation: Rotation): Promise<RotationOutcome>;
  /** What became of a refresh token that was used up by {@link rotate}. */
  findRotated(old: Digest): Promise<RotatedToken | undefined>;
  /** Deletes at most `limit` expired entries. @returns how many. */
  purge(now: number, limit: number): Promise<number>;
}

/**
 * An {@link OAuthStore} in SQLite. The database must have been opened with `authMigrations`.
 *
 * @example const tokens = createOAuthStore(openDatabase(join(folder, 'auth.sqlite'), authMigrations))
 */
export function createOAuthStore(database: DatabaseSync): OAuthStore {
  const save = database.prepare(
    `INSERT INTO oauth_entries (kind, id, payload, grant_id, expires_at) VALUES (?, ?, ?, ?, ?)
     ON CONFLICT (kind, id) DO UPDATE SET payload = excluded.payload, grant_id = excluded.grant_id, expires_at = excluded.expires_at`,
  );
  const claim = database.prepare(
    `INSERT INTO oauth_entries (kind, id, payload, grant_id, expires_at) VALUES (?, ?, ?, ?, ?)
     ON CONFLICT (kind, id) DO UPDATE SET payload = excluded.payload, grant_id = excluded.grant_id, expires_at = excluded.expires_at,
       consumed_at = NULL WHERE expires_at <= ?`,
  );
  const find = database.prepare('SELECT payload, expires_at, consumed_at FROM oauth_entries WHERE kind = ? AND id = ?');
  const consume = database.prepare('UPDATE oauth_entries SET consumed_at = ? WHERE kind = ? AND id = ? AND consumed_at IS NULL');
  const remove = database.prepare('DELETE FROM oauth_entries WHERE kind = ? AND id = ?');
  const removeOfGrant = database.prepare('DELETE FROM oauth_entries WHERE grant_id = ? AND kind = ?');
  const removeAllOfGrant = database.prepare('DELETE FROM oauth_entries WHERE grant_id = ?');
  const supersede = database.prepare(
    `UPDATE oauth_entries SET consumed_at = ?, successor = ?, answer = ?
     WHERE kind = 'RefreshToken' AND id = ? AND consumed_at IS NULL`,
  );
  const prolong = database.prepare(`UPDATE oauth_entries SET expires_at = max(expires_at, ?) WHERE kind = 'Grant' AND id = ?`);
  const forgetAnswer = database.prepare('UPDATE oauth_entries SET answer = NULL WHERE successor = ?');
  const rotated = database.prepare(
    `SELECT old.answer, next.id IS NOT NULL AS present, next.consumed_at FROM oauth_entries AS old
     LEFT JOIN oauth_entries AS next ON next.kind = 'RefreshToken' AND next.id = old.successor
     WHERE old.kind = 'RefreshToken' AND old.id = ? AND old.consumed_at IS NOT NULL`,
  );
  const purge = database.prepare(
    `DELETE FROM oauth_entries WHERE (kind, id) IN (SELECT kind, id FROM oauth_entries WHERE expires_at <= ? ORDER BY expires_at LIMIT ?)`,
  );
  const columns = ({ kind, id, payload, grant, expiresAt }: OAuthEntry) => [kind, id, payload, grant ?? null, expiresAt] as const;

  return {
    save: (entry) => run(() => void save.run(...columns(entry))),
    claim: (entry, now) => run(() => claim.run(...columns(entry), now).changes === 1),
    find: (kind, id) =>
      run(() => {
        const row = find.get(kind, id) as { payload: Uint8Array; expires_at: number; consumed_at: number | null } | undefined;
        return row && { payload: row.payload, expiresAt: row.expires_at, consumedAt: row.consumed_at ?? undefined };
      }),
    consume: (kind, id, now) => run(() => consume.run(now, kind, id).changes === 1),
    remove: (kind, id) => run(() => void remove.run(kind, id)),
    removeOfGrant: (kind, grant) => run(() => void removeOfGrant.run(grant, kind)),
    endGrant: (grant) =>
      run(() =>
        inTransaction(database, () => {
          removeAllOfGrant.run(grant);
          remove.run('Grant', grant);
        }),
      ),
    rotate: ({ old, successor, answer, now }) =>
      run(() =>
        inTransaction(database, () => {
          const used = find.get('RefreshToken', old) as { consumed_at: number | null } | undefined;
          if (used === undefined) return 'gone';
          if (used.consumed_at !== null) return 'superseded';
          // A grant that was revoked meanwhile must not come back to life with a fresh token.
          if (prolong.run(successor.expiresAt, successor.grant).changes === 0) return 'gone';
          supersede.run(now, successor.id, answer, old);
          save.run(...columns(successor));
          // The token now used is the proof that its own answer arrived.
          forgetAnswer.run(old);
          return 'rotated';
        }),
      ),
    findRotated: (old) =>
      run(() => {
        const row = rotated.get(old) as { answer: Uint8Array | null; present: number; consumed_at: number | null } | undefined;
        // A successor that is gone while its predecessor is here has been purged: it is long past use.
        return row && { answer: row.answer ?? undefined, successorConsumed: row.present === 0 || row.consumed_at !== null };
      }),
    purge: (now, limit) => run(() => Number(purge.run(now, limit).changes)),
  };
}

async function run<Result>(work: () => Result): Promise<Result> {
  try {
    return work();
  } catch (cause) {
    throw new StoreUnavailableError('The token store cannot be read or written. Make the state folder writable and the disk not full.', {
      cause,
    });
  }
}
