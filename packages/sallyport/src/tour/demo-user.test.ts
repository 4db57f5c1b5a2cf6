import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { authMigrations, createUserStore, openDatabase } from '@sallyport/storage';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { ensureDemoUser } from './demo-user.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sallyport-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

test('the same user at every start, known to the store, in a file for its owner alone', async () => {
  const users = createUserStore(openDatabase(join(folder, 'auth.sqlite'), authMigrations));
  const user = await ensureDemoUser(users, folder);
  expect(await ensureDemoUser(users, folder)).toEqual(user);
  expect(await users.verifyPassword(user.name, user.password)).toMatchObject({ name: user.name });
  expect(statSync(join(folder, 'demo-user.json')).mode & 0o777).toBe(0o600);
});

test('a lost or damaged file, or a lost database, gives another user', async () => {
  const users = createUserStore(openDatabase(':memory:', authMigrations));
  const user = await ensureDemoUser(users, folder);
  writeFileSync(join(folder, 'demo-user.json'), '{');
  const second = await ensureDemoUser(users, folder);
  expect(second.name).not.toBe(user.name);
  const third = await ensureDemoUser(createUserStore(openDatabase(':memory:', authMigrations)), folder);
  expect(third.name).not.toBe(second.name);
});
