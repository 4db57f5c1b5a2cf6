import { expect, test } from 'vitest';
import { StoreUnavailableError } from './open-database.ts';
import { createMemoryReplayStore } from './replay-store.ts';

test('of many racers for one id one wins', async () => {
  const store = createMemoryReplayStore({ monotonic: () => 0 });
  for (let id = 0; id < 50; id++) {
    const wins = await Promise.all(Array.from({ length: 20 }, async () => store.claim(`id ${id}`, 10)));
    expect(wins.filter(Boolean)).toHaveLength(1);
  }
});

test('an id is remembered until it expires, however many come after it', () => {
  let now = 0;
  const store = createMemoryReplayStore({ monotonic: () => now });
  expect(store.claim('first', 1000)).toBe(true);
  for (let id = 0; id < 1000; id++) store.claim(`${id}`, 500);
  now = 999;
  expect(store.claim('first', 2000)).toBe(false);
  now = 1000;
  expect(store.claim('first', 2000)).toBe(true);
  expect(store.claim('first', 2000)).toBe(false);
});

test('full, it refuses rather than forget; expired ids make room', () => {
  let now = 0;
  const store = createMemoryReplayStore({ monotonic: () => now, maxClaims: 3 });
  for (const id of ['a', 'b', 'c']) store.claim(id, 10);
  expect(() => store.claim('d', 10)).toThrow(StoreUnavailableError);
  for (const id of ['a', 'b', 'c']) expect(store.claim(id, 10)).toBe(false);
  now = 10;
  expect(store.claim('d', 20)).toBe(true);
});
