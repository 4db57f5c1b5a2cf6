import { randomUUID } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createIdempotencyStore, type IdempotencyStore, idempotencyMigrations } from './idempotency-store.ts';
import { openDatabase, StoreUnavailableError } from './open-database.ts';

let folder: string;
let database: DatabaseSync;
let store: IdempotencyStore;
let time: number;
const path = () => join(folder, 'gateway.sqlite');
const open = () => {
  database = openDatabase(path(), idempotencyMigrations);
  store = createIdempotencyStore({ database, now: () => time, newClaim: randomUUID });
};
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sallyport-'));
  time = 1_800_000_000_000;
  open();
});
afterEach(() => {
  database.close();
  rmSync(folder, { recursive: true });
});

const slot = { principal: 'ada', client: 'app', key: 'k1' };
const print = Buffer.alloc(32, 1);
const answer = { status: 201, head: ['content-type', 'text/plain', 'set-cookie', 'a', 'set-cookie', 'b'], body: Buffer.from([0, 255, 10]) };
const claimOf = (state: ReturnType<IdempotencyStore['begin']>) => {
  if (state.state !== 'claimed') throw new Error(state.state);
  return state.claim;
};

test('the first claims, others wait, then all get the same answer, byte for byte', () => {
  const claim = claimOf(store.begin(slot, print));
  expect(store.begin(slot, print)).toEqual({ state: 'running' });
  store.complete(claim, answer);
  for (let again = 0; again < 3; again++) {
    const state = store.begin(slot, print);
    expect(state).toMatchObject({ state: 'answered', answer: { status: 201, head: answer.head } });
    expect(state.state === 'answered' && Buffer.from(state.answer.body)).toEqual(answer.body);
  }
});

test('another request under the same key is told apart, running or answered', () => {
  const claim = claimOf(store.begin(slot, print));
  const other = Buffer.alloc(32, 2);
  expect(store.begin(slot, other)).toEqual({ state: 'mismatched' });
  store.complete(claim, answer);
  expect(store.begin(slot, other)).toEqual({ state: 'mismatched' });
});

test.each([
  { ...slot, principal: 'eve' },
  { ...slot, client: 'other' },
  { ...slot, key: 'k2' },
  { principal: 'ad', client: 'aapp', key: 'k1' },
])('the key of %o is another key', (other) => {
  store.complete(claimOf(store.begin(slot, print)), answer);
  expect(store.begin(other, print)).toMatchObject({ state: 'claimed' });
});

test('a lost answer is unknown for good, a released key is free', () => {
  store.lose(claimOf(store.begin(slot, print)));
  expect(store.begin(slot, print)).toEqual({ state: 'unknown' });
  const other = { ...slot, key: 'k2' };
  store.release(claimOf(store.begin(other, print)));
  expect(store.begin(other, print)).toMatchObject({ state: 'claimed' });
});

test('after a restart answers stand, and what was running is unknown', () => {
  store.complete(claimOf(store.begin(slot, print)), answer);
  const cut = { ...slot, key: 'cut' };
  store.begin(cut, print);
  database.close();
  open();
  expect(store.begin(slot, print)).toMatchObject({ state: 'answered' });
  expect(store.begin(cut, print)).toEqual({ state: 'unknown' });
});

test('a claim can neither complete nor release what it does not hold', () => {
  const first = claimOf(store.begin(slot, print));
  store.complete(first, answer);
  store.release(first);
  store.complete(first, { ...answer, status: 500 });
  expect(store.begin(slot, print)).toMatchObject({ state: 'answered', answer: { status: 201 } });
});

test('answers are given for 24 hours from when they were made, then the key is free and rows are purged', () => {
  const claim = claimOf(store.begin(slot, print));
  for (let key = 0; key < 50; key++) store.begin({ ...slot, key: `old ${key}` }, print);
  time += 3_600_000;
  store.complete(claim, answer);
  time += 86_400_000 - 1;
  expect(store.begin(slot, print)).toMatchObject({ state: 'answered' });
  time += 1;
  expect(store.begin(slot, print)).toMatchObject({ state: 'claimed' });
  for (let key = 0; key < 3; key++) store.begin({ ...slot, key: `new ${key}` }, print);
  expect(database.prepare('SELECT count(*) AS rows FROM idempotency').get()).toEqual({ rows: 4 });
});

test('of 20 racers for each of 200 keys one wins, also over two connections', () => {
  const second = openDatabase(path(), idempotencyMigrations);
  const other = createIdempotencyStore({ database: second, now: () => time, newClaim: randomUUID });
  for (let key = 0; key < 200; key++) {
    const racers = Array.from({ length: 20 }, (_, racer) =>
      (racer % 2 === 0 ? store : other).begin({ ...slot, key: `race ${key}` }, print),
    );
    expect(racers.filter(({ state }) => state === 'claimed')).toHaveLength(1);
  }
  second.close();
});

test('keys and users are nowhere in the file, and the file is nobody else’s', () => {
  store.complete(claimOf(store.begin({ principal: 'canary-user', client: 'canary-app', key: 'canary-key' }, print)), answer);
  for (const suffix of ['', '-wal']) {
    expect(readFileSync(path() + suffix).includes('canary')).toBe(false);
    expect(statSync(path() + suffix).mode & 0o777).toBe(0o600);
  }
});

test('a full disk refuses the claim; an answer that cannot be kept leaves the key unknown, not free', () => {
  const claim = claimOf(store.begin(slot, print));
  database.exec('PRAGMA max_page_count=1');
  expect(() => {
    for (let key = 0; key < 1000; key++) store.begin({ ...slot, key: `${key}`.padEnd(200, '.') }, print);
  }).toThrow(StoreUnavailableError);
  expect(() => store.complete(claim, { ...answer, body: Buffer.alloc(65_536) })).toThrow(StoreUnavailableError);
  expect(store.begin(slot, print)).toEqual({ state: 'unknown' });
  database.exec('PRAGMA max_page_count=1000000');
  expect(store.begin({ ...slot, key: 'room again' }, print)).toMatchObject({ state: 'claimed' });
});
