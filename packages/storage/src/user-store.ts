import { randomUUID } from 'node:crypto';
import type { DatabaseSync } from 'node:sqlite';
import { StoreUnavailableError } from './open-database.ts';
import { createPasswordHasher, type PasswordHasher } from './password-hash.ts';

/** A user as everybody may see one: nothing secret. */
export interface User {
  /** Permanent and meaningless: the `sub` of tokens. */
  readonly id: string;
  /** As it was written. */
  readonly name: string;
  /** May not sign in or refresh. */
  readonly locked: boolean;
  /** Milliseconds since 1970. */
  readonly createdAt: number;
}

/** A user cannot be added as asked. The message says what to write instead. */
export class UserInvalidError extends Error {
  readonly code: 'user-name-invalid' | 'user-name-taken' | 'password-invalid';

  constructor(code: UserInvalidError['code'], message: string) {
    super(message);
    this.code = code;
  }
}

/** Users and their passwords. Every method throws StoreUnavailableError when the store cannot be read or written. */
export interface UserStore {
  /** @throws UserInvalidError */
  addUser(name: string, password: string): Promise<User>;
  /**
   * Finds the user of this name if the password is right and the user is not locked. Costs the same whatever is wrong.
   *
   * @throws HashingBusyError when too many passwords are being checked.
   */
  verifyPassword(name: string, password: string): Promise<User | undefined>;
  findUser(id: string): Promise<User | undefined>;
  listUsers(): Promise<readonly User[]>;
  /** @returns whether there is such a user. */
  setLocked(name: string, locked: boolean): Promise<boolean>;
}

/** Longest name, in characters: an e-mail address has at most 254 (RFC 5321 §4.5.3.1.3). */
export const MAX_USER_NAME_LENGTH = 254;

/** Shortest password (NIST SP 800-63B §5.1.1.1). */
const MIN_PASSWORD_LENGTH = 8;

/** Longest password, in characters: room for any passphrase, and no room to make hashing slow. */
export const MAX_PASSWORD_LENGTH = 1024;

/** What a name is unique by: composed and case-folded, so that two users cannot look alike by these alone. */
export function userNameKey(name: string): string {
  // There is no full case folding in JavaScript; up and down again joins what has several lower or upper forms (ß and ss, the three sigmas).
  return name.normalize('NFC').toUpperCase().toLowerCase().normalize('NFC');
}

interface UserRow {
  readonly id: string;
  readonly name: string;
  readonly password_hash: string;
  readonly locked: number;
  readonly created_at: number;
}

/**
 * A {@link UserStore} in SQLite. The database must have been opened with `authMigrations`.
 *
 * @param now milliseconds since 1970.
 * @example const users = createUserStore(database); await users.addUser('ana', 'correct horse battery')
 */
export function createUserStore(
  database: DatabaseSync,
  {
    now = Date.now,
    newId = randomUUID,
    hasher = createPasswordHasher(),
  }: { readonly now?: () => number; readonly newId?: () => string; readonly hasher?: PasswordHasher } = {},
): UserStore {
  const insert = database.prepare('INSERT OR IGNORE INTO users (id, name, name_key, password_hash, created_at) VALUES (?, ?, ?, ?, ?)');
  const byName = database.prepare('SELECT * FROM users WHERE name_key = ?');
  const byId = database.prepare('SELECT * FROM users WHERE id = ?');
  const all = database.prepare('SELECT * FROM users ORDER BY name_key');
  const lock = database.prepare('UPDATE users SET locked = ? WHERE name_key = ?');
  // Only if it is still the hash that was just verified: a password changed meanwhile stays changed.
  const rehash = database.prepare('UPDATE users SET password_hash = ? WHERE id = ? AND password_hash = ?');
  // Nobody knows its password. Made at first need, with today's cost, so that an unknown name costs what a known one does.
  let decoy: Promise<string> | undefined;

  return {
    async addUser(name, password) {
      checkName(name);
      checkPassword(password);
      const user: User = { id: newId(), name: name.normalize('NFC'), locked: false, createdAt: now() };
      const hash = await hasher.hash(password);
      const { changes } = read(() => insert.run(user.id, user.name, userNameKey(name), hash, user.createdAt));
      if (changes === 0)
        throw new UserInvalidError('user-name-taken', `There already is a user ${JSON.stringify(name)}. Choose another name.`);
      return user;
    },
    async verifyPassword(name, password) {
      // Too long to be any user's: the decoy is checked all the same.
      const bounded = name.length <= MAX_USER_NAME_LENGTH && password.length <= MAX_PASSWORD_LENGTH;
      const row = bounded ? (read(() => byName.get(userNameKey(name))) as UserRow | undefined) : undefined;
      decoy ??= hasher.hash(newId()).catch((error) => {
        decoy = undefined;
        throw error;
      });
      const stored = row?.password_hash ?? (await decoy);
      const fits = await hasher.verify(bounded ? password : '', stored);
      if (!fits || row === undefined || row.locked !== 0) return undefined;
      if (hasher.isOutdated(row.password_hash)) {
        const hash = await hasher.hash(password);
        read(() => rehash.run(hash, row.id, row.password_hash));
      }
      return toUser(row);
    },
    async findUser(id) {
      const row = read(() => byId.get(id)) as UserRow | undefined;
      return row && toUser(row);
    },
    async listUsers() {
      return (read(() => all.all()) as unknown as UserRow[]).map(toUser);
    },
    async setLocked(name, locked) {
      return read(() => lock.run(locked ? 1 : 0, userNameKey(name))).changes === 1;
    },
  };
}

function toUser({ id, name, locked, created_at: createdAt }: UserRow): User {
  return { id, name, locked: locked !== 0, createdAt };
}

function checkName(name: string): void {
  const wrong = (what: string) =>
    new UserInvalidError('user-name-invalid', `The user name ${what}. Write for instance ana or ana@example.com.`);
  if (name.length === 0 || name.length > MAX_USER_NAME_LENGTH) throw wrong(`must have 1 to ${MAX_USER_NAME_LENGTH} characters`);
  // Control and format characters, lone surrogates: two names that look the same would not be.
  if (/[\p{C}\p{Zl}\p{Zp}]/u.test(name) || name.trim() !== name)
    throw wrong('must hold no invisible characters and no space at either end');
}

function checkPassword(password: string): void {
  if ([...password].length >= MIN_PASSWORD_LENGTH && password.length <= MAX_PASSWORD_LENGTH) return;
  throw new UserInvalidError('password-invalid', `The password must have ${MIN_PASSWORD_LENGTH} to ${MAX_PASSWORD_LENGTH} characters.`);
}

function read<Result>(work: () => Result): Result {
  try {
    return work();
  } catch (cause) {
    throw new StoreUnavailableError('The user store cannot be read or written. Make the state folder writable and the disk not full.', {
      cause,
    });
  }
}
