import type { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { authMigrations } from './auth-migrations.ts';
import { openDatabase, StoreUnavailableError } from './open-database.ts';
import { createPasswordHasher, type PasswordHasher } from './password-hash.ts';
import { createUserStore, type UserStore } from './user-store.ts';

let database: DatabaseSync;
let users: UserStore;
beforeEach(() => {
  database = openDatabase(':memory:', authMigrations);
  users = createUserStore(database, { now: () => 1000 });
});
afterEach(() => database.isOpen && database.close());

const PASSWORD = 'correct horse battery';

test('a user signs in with the password and with nothing else', async () => {
  const ana = await users.addUser('ana', PASSWORD);
  expect(ana).toMatchObject({ name: 'ana', locked: false, createdAt: 1000 });
  expect(await users.verifyPassword('ana', PASSWORD)).toEqual(ana);
  expect(await users.verifyPassword('ana', `${PASSWORD} `)).toBeUndefined();
  expect(await users.verifyPassword('ana', '')).toBeUndefined();
  expect(await users.verifyPassword('bob', PASSWORD)).toBeUndefined();
  expect(await users.findUser(ana.id)).toEqual(ana);
  expect(await users.findUser('ana')).toBeUndefined();
});

test.each([
  ['ANA', 'ana'],
  ['caf\u00e9', 'CAFE\u0301'],
  ['stra\u00dfe', 'STRASSE'],
  ['\u03c3\u03c3', '\u03a3\u03c2'],
])('%s and %s are the same user', async (name, spelled) => {
  const user = await users.addUser(name, PASSWORD);
  expect(await users.verifyPassword(spelled, PASSWORD)).toEqual(user);
  await expect(users.addUser(spelled, PASSWORD)).rejects.toMatchObject({ code: 'user-name-taken' });
});

test.each(['', ' ana', 'ana ', 'a\u200bna', 'a\nb', 'a\u0000b', 'a\ud800', 'a'.repeat(255)])('no user is called %j', async (name) => {
  await expect(users.addUser(name, PASSWORD)).rejects.toMatchObject({ code: 'user-name-invalid' });
});

test.each(['short 7', '\u{1f600}'.repeat(7), 'x'.repeat(1025)])('no password is %j', async (password) => {
  await expect(users.addUser('ana', password)).rejects.toMatchObject({ code: 'password-invalid' });
});

test('a locked user is refused like a wrong password, and unlocked again', async () => {
  const { id } = await users.addUser('ana', PASSWORD);
  expect(await users.setLocked('ANA', true)).toBe(true);
  expect(await users.verifyPassword('ana', PASSWORD)).toBeUndefined();
  expect(await users.findUser(id)).toMatchObject({ locked: true });
  expect(await users.setLocked('ana', false)).toBe(true);
  expect(await users.verifyPassword('ana', PASSWORD)).toMatchObject({ id });
  expect(await users.setLocked('bob', true)).toBe(false);
});

test('of twenty who take a name at once, one gets it', async () => {
  const outcomes = await Promise.allSettled(Array.from({ length: 20 }, () => users.addUser('ana', PASSWORD)));
  expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  expect(await users.listUsers()).toHaveLength(1);
});

test('an unknown user, an overlong name and a locked user cost one verification each, as a known one does', async () => {
  const real = createPasswordHasher();
  const verified: string[] = [];
  const hasher: PasswordHasher = {
    ...real,
    verify: (password, stored) => {
      verified.push(stored.split('$')[3] ?? '');
      return real.verify(password, stored);
    },
  };
  users = createUserStore(database, { hasher });
  await users.addUser('ana', PASSWORD);
  await users.setLocked('ana', true);
  for (const name of ['ana', 'nobody', 'n'.repeat(300)]) expect(await users.verifyPassword(name, PASSWORD)).toBeUndefined();
  expect(verified).toEqual(['m=19456,t=2,p=1', 'm=19456,t=2,p=1', 'm=19456,t=2,p=1']);
});

test('a hash of another cost is renewed when its password is known', async () => {
  await users.addUser('ana', PASSWORD);
  const stored = () => (database.prepare('SELECT password_hash FROM users').get() as { password_hash: string }).password_hash;
  const before = stored();
  const outdated = { ...createPasswordHasher(), isOutdated: (hash: string) => hash === before };
  expect(await createUserStore(database, { hasher: outdated }).verifyPassword('ana', PASSWORD)).toBeDefined();
  expect(stored()).not.toBe(before);
  expect(await users.verifyPassword('ana', PASSWORD)).toBeDefined();
});

test('no password stands in the database, and a store that fails says so', async () => {
  await users.addUser('ana', PASSWORD);
  expect(JSON.stringify(database.prepare('SELECT * FROM users').all())).not.toContain(PASSWORD);
  expect(await users.listUsers()).not.toHaveProperty('0.password_hash');
  database.close();
  await expect(users.verifyPassword('ana', PASSWORD)).rejects.toBeInstanceOf(StoreUnavailableError);
  await expect(users.listUsers()).rejects.toBeInstanceOf(StoreUnavailableError);
});
