import { expect, test } from 'vitest';
import { createMemoryClock } from './clock.ts';
import { createMemoryLock } from './lock.ts';

test('one at a time, in order, whatever becomes of each', async () => {
  const lock = createMemoryLock(createMemoryClock());
  let inside = 0;
  const order: number[] = [];
  const results = await Promise.allSettled(
    Array.from({ length: 50 }, (_, index) =>
      lock.run(1000, async () => {
        expect(++inside).toBe(1);
        await new Promise(setImmediate);
        inside--;
        order.push(index);
        if (index % 3 === 0) throw new Error('failed');
        return index;
      }),
    ),
  );
  expect(order).toEqual(Array.from({ length: 50 }, (_, index) => index));
  expect(results.filter(({ status }) => status === 'rejected')).toHaveLength(17);
});

test('patience ends, the task does not run, and those behind still wait their turn', async () => {
  const clock = createMemoryClock();
  const lock = createMemoryLock(clock);
  let release = (): void => {};
  const ran: string[] = [];
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  const first = lock.run(1000, () => held);
  const second = lock.run(1000, async () => ran.push('second'));
  const third = lock.run(9000, async () => ran.push('third'));
  const refused = expect(second).rejects.toMatchObject({ code: 'timeout' });
  await clock.advance(1000);
  await refused;
  expect(ran).toEqual([]);
  release();
  await Promise.all([first, third]);
  expect(ran).toEqual(['third']);
});
