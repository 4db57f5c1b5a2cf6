import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { authMigrations } from './auth-migrations.ts';
import { createOAuthStore, type OAuthEntry, type OAuthStore } from './oauth-store.ts';
import { openDatabase, StoreUnavailableError } from './open-database.ts';

let folder: string;
let database: DatabaseSync;
let store: OAuthStore;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sallyport-'));
  database = openDatabase(join(folder, 'auth.sqlite'), authMigrations);
  store = createOAuthStore(database);
});
afterEach(() => {
  if (database.isOpen) database.close();
  rmSync(folder, { recursive: true });
});

const id = (name: string) => createHash('sha256').update(name).digest();
const bytes = (text: string) => Buffer.from(text);
const entry = (kind: string, name: string, rest: Partial<OAuthEntry> = {}): OAuthEntry => ({
  ...{ kind, id: id(name), payload: bytes(`payload of ${name}`), expiresAt: 1000 },
  ...rest,
});
const token = (name: string, expiresAt = 1000) => ({
  ...entry('RefreshToken', name, { expiresAt }),
  kind: 'RefreshToken' as const,
  grant: id('grant'),
});
const rotate = (old: string, next: string, at: OAuthStore = store) =>
  at.rotate({ old: id(old), successor: token(next, 2000), answer: bytes(`answer to ${old}`), now: 5 });
const begin = async () => {
  await store.save(entry('Grant', 'grant'));
  await store.save(token('R1'));
};

test('an entry is found by its kind and id, overwritten, and removed', async () => {
  await store.save(entry('Interaction', 'a'));
  expect(await store.find('Interaction', id('a'))).toEqual({
    payload: new Uint8Array(bytes('payload of a')),
    expiresAt: 1000,
    consumedAt: undefined,
  });
  expect(await store.find('Grant', id('a'))).toBeUndefined();
  await store.save(entry('Interaction', 'a', { payload: bytes('other'), expiresAt: 7 }));
  expect(await store.find('Interaction', id('a'))).toMatchObject({ payload: new Uint8Array(bytes('other')), expiresAt: 7 });
  await store.remove('Interaction', id('a'));
  expect(await store.find('Interaction', id('a'))).toBeUndefined();
});

test('an entry is consumed once, and stays consumed when written again', async () => {
  await store.save(entry('AuthorizationCode', 'code'));
  expect(await Promise.all(Array.from({ length: 20 }, () => store.consume('AuthorizationCode', id('code'), 3)))).toEqual([
    true,
    ...new Array(19).fill(false),
  ]);
  await store.save(entry('AuthorizationCode', 'code'));
  expect(await store.find('AuthorizationCode', id('code'))).toMatchObject({ consumedAt: 3 });
  expect(await store.consume('AuthorizationCode', id('none'), 3)).toBe(false);
});

test('a claim is won once, until it has expired', async () => {
  const claim = entry('ReplayDetection', 'proof', { expiresAt: 100 });
  const claims = await Promise.all(Array.from({ length: 20 }, () => store.claim(claim, 50)));
  expect(claims.filter(Boolean)).toHaveLength(1);
  expect(await store.claim(claim, 99)).toBe(false);
  expect(await store.claim({ ...claim, expiresAt: 300 }, 100)).toBe(true);
  expect(await store.claim(claim, 101)).toBe(false);
});

test('processes that share the file see one winner of a claim, a consumption and a rotation', async () => {
  const other = openDatabase(join(folder, 'auth.sqlite'), authMigrations);
  const stores = [store, createOAuthStore(other)];
  await begin();
  await store.save(entry('AuthorizationCode', 'code'));
  const racers = Array.from({ length: 20 }, (_, index) => stores[index % 2] as OAuthStore);
  const won = async (work: (at: OAuthStore, index: number) => Promise<unknown>, prize: unknown) =>
    (await Promise.all(racers.map(work))).filter((outcome) => outcome === prize).length;
  expect(await won((at) => at.claim(entry('ReplayDetection', 'p'), 5), true)).toBe(1);
  expect(await won((at) => at.consume('AuthorizationCode', id('code'), 5), true)).toBe(1);
  expect(await won((at, index) => rotate('R1', `R2 ${index}`, at), 'rotated')).toBe(1);
  expect(database.prepare(`SELECT count(*) AS n FROM oauth_entries WHERE kind = 'RefreshToken'`).get()).toEqual({ n: 2 });
  other.close();
});

test('a rotation keeps the answer until the successor is used, and the grant as long as the successor', async () => {
  await begin();
  expect(await rotate('R1', 'R2')).toBe('rotated');
  expect(await store.find('Grant', id('grant'))).toMatchObject({ expiresAt: 2000 });
  expect(await store.findRotated(id('R1'))).toEqual({ answer: new Uint8Array(bytes('answer to R1')), successorConsumed: false });
  expect(await rotate('R1', 'R2 of another')).toBe('superseded');
  expect(await store.find('RefreshToken', id('R2 of another'))).toBeUndefined();

  expect(await rotate('R2', 'R3')).toBe('rotated');
  expect(await store.findRotated(id('R1'))).toEqual({ answer: undefined, successorConsumed: true });
  expect(await store.findRotated(id('R2'))).toMatchObject({ successorConsumed: false });
  expect(await store.findRotated(id('R3'))).toBeUndefined();
});

test('what was revoked does not come back by a rotation under way', async () => {
  await begin();
  await store.endGrant(id('grant'));
  expect(await rotate('R1', 'R2')).toBe('gone');
  await begin();
  await store.remove('Grant', id('grant'));
  expect(await rotate('R1', 'R2')).toBe('gone');
  expect(await store.find('RefreshToken', id('R2'))).toBeUndefined();
  expect(await store.find('RefreshToken', id('R1'))).toMatchObject({ consumedAt: undefined });
});

test('a rotation that cannot be written leaves everything as it was', async () => {
  await begin();
  database.exec(`CREATE TRIGGER fail BEFORE INSERT ON oauth_entries BEGIN SELECT RAISE(ABORT, 'disk full'); END`);
  await expect(rotate('R1', 'R2')).rejects.toBeInstanceOf(StoreUnavailableError);
  database.exec('DROP TRIGGER fail');
  expect(await store.find('RefreshToken', id('R1'))).toMatchObject({ consumedAt: undefined });
  expect(await rotate('R1', 'R2')).toBe('rotated');
});

test('ending a grant removes all that belongs to it and nothing else', async () => {
  await begin();
  await store.save(entry('AuthorizationCode', 'code', { grant: id('grant') }));
  await store.save(entry('RefreshToken', 'another', { grant: id('another grant') }));
  await store.removeOfGrant('AuthorizationCode', id('grant'));
  expect(await store.find('AuthorizationCode', id('code'))).toBeUndefined();
  expect(await store.find('RefreshToken', id('R1'))).toBeDefined();
  await store.endGrant(id('grant'));
  expect(await store.find('RefreshToken', id('R1'))).toBeUndefined();
  expect(await store.find('Grant', id('grant'))).toBeUndefined();
  expect(await store.find('RefreshToken', id('another'))).toBeDefined();
});

test('a purge deletes what has expired, oldest first, no more than it may', async () => {
  for (const [name, expiresAt] of [
    ['a', 3],
    ['b', 1],
    ['c', 2],
    ['d', 9],
  ] as const)
    await store.save(entry('Interaction', name, { expiresAt }));
  expect(await store.purge(5, 2)).toBe(2);
  expect(await store.find('Interaction', id('a'))).toBeDefined();
  expect(await store.purge(5, 2)).toBe(1);
  expect(await store.purge(5, 2)).toBe(0);
  expect(await store.find('Interaction', id('d'))).toBeDefined();
});

test('a store that cannot be used says so', async () => {
  database.close();
  await expect(store.find('Grant', id('a'))).rejects.toBeInstanceOf(StoreUnavailableError);
  await expect(store.consume('Grant', id('a'), 1)).rejects.toBeInstanceOf(StoreUnavailableError);
});
