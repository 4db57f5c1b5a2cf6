import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openDatabase, StoreUnavailableError } from './open-database.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sallyport-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const first = { version: 1, sql: 'CREATE TABLE one (id INTEGER)' };
const second = { version: 2, sql: 'CREATE TABLE two (id INTEGER)' };
const pragma = (database: ReturnType<typeof openDatabase>, name: string) =>
  Object.values(database.prepare(`PRAGMA ${name}`).get() ?? {})[0];

test('durable, private, and brought up to date step by step', () => {
  const path = join(folder, 'a.sqlite');
  openDatabase(path, [first]).close();
  const database = openDatabase(path, [first, second]);
  expect(pragma(database, 'journal_mode')).toBe('wal');
  expect(pragma(database, 'synchronous')).toBe(2);
  expect(pragma(database, 'user_version')).toBe(2);
  database.exec('INSERT INTO one VALUES (1); INSERT INTO two VALUES (1)');
  for (const suffix of ['', '-wal', '-shm']) expect(statSync(path + suffix).mode & 0o777).toBe(0o600);
  database.close();
});

test('a failed step leaves the schema as it was', () => {
  const path = join(folder, 'a.sqlite');
  openDatabase(path, [first]).close();
  expect(() => openDatabase(path, [first, { version: 2, sql: 'CREATE TABLE two (id INTEGER); NONSENSE' }])).toThrow(StoreUnavailableError);
  const database = openDatabase(path, [first, second]);
  expect(pragma(database, 'user_version')).toBe(2);
  database.close();
});

test('a newer database, a missing folder and a file that is no database are named', () => {
  const path = join(folder, 'a.sqlite');
  openDatabase(path, [first, second]).close();
  expect(() => openDatabase(path, [first])).toThrow(/schema 2, this version knows 1/);
  expect(() => openDatabase(join(folder, 'none', 'a.sqlite'), [first])).toThrow(StoreUnavailableError);
  writeFileSync(join(folder, 'b.sqlite'), 'not a database, not a database, not a database');
  expect(() => openDatabase(join(folder, 'b.sqlite'), [first])).toThrow(StoreUnavailableError);
});
