import fc from 'fast-check';
import { expect, test } from 'vitest';
import { formatRateLimit, formatRateLimitPolicy, parseRetryAfter } from './rate-limit-fields.ts';

test('the two fields in the form of draft-10', () => {
  const quota = { name: 'principal', limit: 100, window: 60, remaining: 7, reset: 12 };
  expect(formatRateLimit(quota)).toBe('"principal";r=7;t=12');
  expect(formatRateLimitPolicy(quota)).toBe('"principal";q=100;w=60');
});

test.each([
  ['0', 0],
  ['2', 2000],
  [' 120 ', 120_000],
  ['999999999', 86_400_000],
  ['Thu, 01 Jan 1970 00:00:12 GMT', 2000],
  ['Thu, 01 Jan 1970 00:00:01 GMT', 0],
  [undefined, undefined],
  ['', undefined],
  ['-1', undefined],
  ['1.5', undefined],
  ['March', undefined],
  ['99999999999', undefined],
])('Retry-After %j is %j ms', (field, wait) => {
  expect(parseRetryAfter(field, 10_000)).toBe(wait);
});

test('whatever a server sends, the wait is bounded', () => {
  fc.assert(
    fc.property(fc.string(), (field) => {
      const wait = parseRetryAfter(field, 0) ?? 0;
      expect(wait).toBeGreaterThanOrEqual(0);
      expect(wait).toBeLessThanOrEqual(86_400_000);
    }),
  );
});
