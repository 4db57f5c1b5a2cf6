import fc from 'fast-check';
import { beforeEach, expect, test } from 'vitest';
import { createFailureMeter, type FailureMeter } from './failure-meter.ts';

const QUOTA = { limit: 5, window: 900_000 };
let now: number;
let meter: FailureMeter;
beforeEach(() => {
  now = 1000;
  meter = createFailureMeter({ monotonic: () => now });
});
const fail = (times: number, key = 'ana') => Array.from({ length: times }, () => meter.take(key, QUOTA).allowed);

test('so many failures at once, then one more each fifth of the window; waiting as told suffices', () => {
  expect(fail(7)).toEqual([true, true, true, true, true, false, false]);
  expect(meter.take('ana', QUOTA)).toEqual({ allowed: false, retryAfter: 180_000 });
  now += 179_999;
  expect(meter.take('ana', QUOTA).allowed).toBe(false);
  now += 1;
  expect(fail(2)).toEqual([true, false]);
  now += 900_000;
  expect(fail(6)).toEqual([true, true, true, true, true, false]);
});

test('keys do not disturb each other, and a try given back was none', () => {
  expect(fail(5)).not.toContain(false);
  expect(fail(1, 'bob')).toEqual([true]);
  meter.giveBack('ana', QUOTA);
  expect(fail(2)).toEqual([true, false]);
});

test('over any sequence of tries, successes and pauses, no more fail than the quota allows', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.boolean(), fc.nat(400_000)), { maxLength: 60 }), (steps) => {
      const start = now;
      meter = createFailureMeter({ monotonic: () => now });
      let failures = 0;
      for (const [succeeds, pause] of steps) {
        now += pause;
        if (!meter.take('ana', QUOTA).allowed) continue;
        if (succeeds) meter.giveBack('ana', QUOTA);
        else failures++;
      }
      expect(failures).toBeLessThanOrEqual(QUOTA.limit + ((now - start) * QUOTA.limit) / QUOTA.window + 1e-6);
    }),
  );
});

test('full of others, it still limits, and makes room for new keys as old ones recover', () => {
  meter = createFailureMeter({ monotonic: () => now, maxKeys: 3 });
  for (const key of ['a', 'b', 'c']) fail(5, key);
  expect(fail(3, 'd')).toEqual([true, true, true]);
  expect(fail(3, 'e')).toEqual([true, true, false]);
  expect(fail(1, 'a')).toEqual([false]);
  meter.giveBack('e', QUOTA);
  expect(fail(2, 'f')).toEqual([true, false]);
  now += 900_000;
  for (const key of ['g', 'h']) expect(fail(5, key)).not.toContain(false);
});
