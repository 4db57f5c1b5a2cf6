import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createMemoryRateLimiter } from './rate-limiter.ts';

const quota = { limit: 5, window: 1000 };

test('the whole quota at once, then one at a time as it comes back', () => {
  let now = 0;
  const limiter = createMemoryRateLimiter({ monotonic: () => now });
  const burst = Array.from({ length: 6 }, () => limiter.take('a', quota));
  expect(burst.map(({ allowed, remaining }) => [allowed, remaining])).toEqual([
    [true, 4],
    [true, 3],
    [true, 2],
    [true, 1],
    [true, 0],
    [false, 0],
  ]);
  expect(burst[5]).toMatchObject({ retryAfter: 200, resetAfter: 1000 });
  expect(limiter.take('b', quota).allowed).toBe(true);
  now = 199;
  expect(limiter.take('a', quota).allowed).toBe(false);
  now = 200;
  expect(limiter.take('a', quota).allowed).toBe(true);
  expect(limiter.take('a', quota).allowed).toBe(false);
});

test('property: never more than the quota and what came back, and waiting as told always succeeds', () => {
  const limits = fc.record({ limit: fc.integer({ min: 1, max: 1000 }), window: fc.integer({ min: 1000, max: 86_400_000 }) });
  fc.assert(
    fc.property(limits, fc.array(fc.double({ min: 0, max: 5, noNaN: true }), { maxLength: 300 }), (quota, gaps) => {
      let now = 0;
      const limiter = createMemoryRateLimiter({ monotonic: () => now });
      const cost = quota.window / quota.limit;
      const admitted: number[] = [];
      for (const gap of gaps) {
        now += gap * cost;
        const decision = limiter.take('a', quota);
        if (decision.allowed) admitted.push(now);
        else {
          now += decision.retryAfter;
          expect(limiter.take('a', quota).allowed).toBe(true);
          admitted.push(now);
        }
      }
      for (const [first, from] of admitted.entries()) {
        for (let last = first; last < admitted.length; last++) {
          const span = (admitted[last] as number) - from;
          expect(last - first + 1).toBeLessThanOrEqual(quota.limit + span / cost + 1e-6);
        }
      }
    }),
    { numRuns: 60 },
  );
});

test('sprayed with keys it stays bounded, newcomers share one quota, and nobody is let off', () => {
  let now = 0;
  const limiter = createMemoryRateLimiter({ monotonic: () => now, maxKeys: 100 });
  for (let count = 0; count < 5; count++) limiter.take('known', quota);
  for (let key = 0; key < 99; key++) limiter.take(`filler ${key}`, quota);
  const newcomers = Array.from({ length: 1000 }, (_, key) => limiter.take(`new ${key}`, quota).allowed);
  expect(newcomers.filter(Boolean)).toHaveLength(quota.limit);
  expect(limiter.take('known', quota).allowed).toBe(false);
  // Once the others have their quota back, there is room again.
  now = 1000;
  for (let key = 0; key < 60; key++) limiter.take(`later ${key}`, quota);
  expect(limiter.take('fresh', quota).remaining).toBe(4);
});

test('one given back was none, and a pause is no credit', () => {
  let now = 0;
  const limiter = createMemoryRateLimiter({ monotonic: () => now });
  const take = (times: number) => Array.from({ length: times }, () => limiter.take('a', quota).allowed);
  expect(take(5)).not.toContain(false);
  limiter.giveBack('a', quota);
  expect(take(2)).toEqual([true, false]);
  now = 10_000;
  limiter.giveBack('a', quota);
  expect(take(6)).toEqual([true, true, true, true, true, false]);
});

test('property: over any tries, successes given back and pauses, no more fail than the quota allows', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.boolean(), fc.nat(500)), { maxLength: 60 }), (steps) => {
      let now = 0;
      let failures = 0;
      const limiter = createMemoryRateLimiter({ monotonic: () => now });
      for (const [succeeds, pause] of steps) {
        now += pause;
        if (!limiter.take('a', quota).allowed) continue;
        if (succeeds) limiter.giveBack('a', quota);
        else failures++;
      }
      expect(failures).toBeLessThanOrEqual(quota.limit + (now * quota.limit) / quota.window + 1e-6);
    }),
  );
});

test('full, newcomers to a short quota do not wait for a long one, and get back what they gave', () => {
  const limiter = createMemoryRateLimiter({ monotonic: () => 0, maxKeys: 1 });
  limiter.take('known', quota);
  const hourly = { limit: 1, window: 3_600_000 };
  expect(limiter.take('a', hourly).allowed).toBe(true);
  expect(limiter.take('b', hourly).allowed).toBe(false);
  expect(limiter.take('c', quota)).toMatchObject({ allowed: true, remaining: 4 });
  limiter.giveBack('c', quota);
  expect(limiter.take('d', quota)).toMatchObject({ allowed: true, remaining: 4 });
});
