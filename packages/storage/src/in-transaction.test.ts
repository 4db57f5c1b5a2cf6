import { DatabaseSync } from 'node:sqlite';
import { expect, test } from 'vitest';
import { inTransaction } from './in-transaction.ts';

test('a commit that fails undoes all, and the next transaction works', () => {
  const database = new DatabaseSync(':memory:');
  database.exec('PRAGMA foreign_keys=ON; CREATE TABLE a (id INTEGER PRIMARY KEY)');
  database.exec('CREATE TABLE b (a INTEGER REFERENCES a (id) DEFERRABLE INITIALLY DEFERRED)');
  // SQLite finds this out at the commit, and leaves the transaction open.
  expect(() => inTransaction(database, () => database.exec('INSERT INTO b VALUES (7)'))).toThrow(/FOREIGN KEY/);
  expect(inTransaction(database, () => database.prepare('SELECT count(*) AS count FROM b').get())).toEqual({ count: 0 });
  database.close();
});

test('work that throws is undone', () => {
  const database = new DatabaseSync(':memory:');
  database.exec('CREATE TABLE a (id INTEGER)');
  const work = () => {
    database.exec('INSERT INTO a VALUES (1)');
    throw new Error('no');
  };
  expect(() => inTransaction(database, work)).toThrow('no');
  expect(database.prepare('SELECT count(*) AS count FROM a').get()).toEqual({ count: 0 });
  database.close();
});
