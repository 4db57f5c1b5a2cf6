import type { Migration } from './open-database.ts';

/**
 * The schema of the auth server's database: users, and what the token engine remembers.
 *
 * `oauth_entries` holds no secret: ids are SHA-256 digests, payloads and answers are sealed under keys derived from the
 * very secrets that are not here. Times are milliseconds since 1970.
 */
export const authMigrations: readonly Migration[] = [
  {
    version: 1,
    sql: `
      CREATE TABLE users (
        id TEXT PRIMARY KEY,
        name TEXT NOT NULL,
        name_key TEXT NOT NULL UNIQUE,
        password_hash TEXT NOT NULL,
        locked INTEGER NOT NULL DEFAULT 0,
        created_at INTEGER NOT NULL
      ) STRICT, WITHOUT ROWID;
      CREATE TABLE oauth_entries (
        kind TEXT NOT NULL,
        id BLOB NOT NULL,
        payload BLOB NOT NULL,
        grant_id BLOB,
        expires_at INTEGER NOT NULL,
        consumed_at INTEGER,
        successor BLOB,
        answer BLOB,
        PRIMARY KEY (kind, id)
      ) STRICT, WITHOUT ROWID;
      CREATE INDEX oauth_entries_grant ON oauth_entries (grant_id) WHERE grant_id IS NOT NULL;
      CREATE INDEX oauth_entries_successor ON oauth_entries (successor) WHERE successor IS NOT NULL;
      CREATE INDEX oauth_entries_expiry ON oauth_entries (expires_at);
    `,
  },
];
