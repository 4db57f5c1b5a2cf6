import type { OAuthStore } from '@sallyport/storage';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { purgeExpired } from './purge-expired.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

test('purges a bounded number from time to time, goes on after a failure, and stops', async () => {
  const purge = vi.fn(async (_now: number, _limit: number) => 0).mockRejectedValueOnce(new Error('disk full'));
  const failures: unknown[] = [];
  const stop = purgeExpired(
    { purge } as unknown as OAuthStore,
    () => 42,
    (error) => failures.push(error),
  );
  await vi.advanceTimersByTimeAsync(30_000);
  expect(purge.mock.calls).toEqual(new Array(3).fill([42, 1000]));
  expect(failures).toEqual([new Error('disk full')]);
  stop();
  await vi.advanceTimersByTimeAsync(60_000);
  expect(purge).toHaveBeenCalledTimes(3);
});

test('what piled up is worked off at once, not a batch each time', async () => {
  let expired = 20_500;
  const purge = async (_now: number, limit: number) => {
    const deleted = Math.min(limit, expired);
    expired -= deleted;
    return deleted;
  };
  const stop = purgeExpired({ purge } as unknown as OAuthStore, () => 42, vi.fn());
  await vi.advanceTimersByTimeAsync(15_000);
  expect(expired).toBe(0);
  stop();
});
