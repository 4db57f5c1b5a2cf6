import fc from 'fast-check';
import { expect, test } from 'vitest';
import { backoff } from './backoff.ts';

const fixed = (byte: number) => ({ bytes: (count: number) => new Uint8Array(count).fill(byte) });

test('is never negative, never above the growing bound, never above 20 s', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 2000 }),
      fc.uint8Array({ minLength: 4, maxLength: 4 }),
      fc.boolean(),
      (failures, bytes, throttled) => {
        const wait = backoff({ bytes: () => bytes }, failures, throttled);
        expect(Number.isInteger(wait)).toBe(true);
        expect(wait).toBeGreaterThanOrEqual(0);
        expect(wait).toBeLessThanOrEqual(Math.min(20_000, (throttled ? 500 : 100) * 2 ** (failures - 1)));
      },
    ),
  );
});

test('uses the whole range: nothing at one end, the bound at the other', () => {
  expect(backoff(fixed(0), 3)).toBe(0);
  expect(backoff(fixed(255), 1)).toBe(100);
  expect(backoff(fixed(255), 3)).toBe(400);
  expect(backoff(fixed(255), 3, true)).toBe(2000);
  expect(backoff(fixed(255), 99)).toBe(20_000);
});

test('spreads evenly', () => {
  let state = 7;
  const random = {
    bytes: (count: number) =>
      Uint8Array.from({ length: count }, () => {
        state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
        return state >>> 24;
      }),
  };
  const waits = Array.from({ length: 4000 }, () => backoff(random, 5));
  const mean = waits.reduce((sum, wait) => sum + wait, 0) / waits.length;
  expect(mean).toBeGreaterThan(720);
  expect(mean).toBeLessThan(880);
});
