import { expect, test } from 'vitest';
import { createNonces } from './nonces.ts';

const MINUTE = 60_000;

test('a nonce is accepted in its epoch and the next, and not after', () => {
  let now = 0;
  const nonces = createNonces(Buffer.alloc(32, 1), () => now);
  const nonce = nonces.current();
  expect(nonces.check(nonce)).toEqual({ stale: false, acceptedUntil: 10 * MINUTE });
  now = 5 * MINUTE;
  expect(nonces.check(nonce)).toEqual({ stale: true, acceptedUntil: 10 * MINUTE });
  expect(nonces.check(nonces.current())).toEqual({ stale: false, acceptedUntil: 15 * MINUTE });
  now = 10 * MINUTE - 1;
  expect(nonces.check(nonce)).toBeDefined();
  now = 10 * MINUTE;
  expect(nonces.check(nonce)).toBeUndefined();
});

test('no nonce of another process, and none that was made up', () => {
  const nonces = createNonces(Buffer.alloc(32, 1), () => 0);
  const restarted = createNonces(Buffer.alloc(32, 2), () => 0);
  expect(restarted.check(nonces.current())).toBeUndefined();
  for (const nonce of ['', nonces.current().slice(1), `${nonces.current()}x`]) expect(nonces.check(nonce)).toBeUndefined();
});
