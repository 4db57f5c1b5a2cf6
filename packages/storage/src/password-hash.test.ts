import { argon2Sync } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createPasswordHasher, HashingBusyError } from './password-hash.ts';

const hasher = createPasswordHasher();

test('argon2id with the recommended cost, salted, in the PHC form', async () => {
  const [one, two] = await Promise.all([hasher.hash('correct horse'), hasher.hash('correct horse')]);
  expect(one).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$/);
  expect(one).not.toBe(two);
  expect(await hasher.verify('correct horse', one)).toBe(true);
  expect(await hasher.verify('correct horsE', one)).toBe(false);
  expect(hasher.isOutdated(one)).toBe(false);
});

test('agrees with argon2id computed directly', async () => {
  const nonce = Buffer.from('0123456789abcdef');
  const tag = argon2Sync('argon2id', { message: 'pw', nonce, memory: 64, passes: 3, parallelism: 2, tagLength: 24 });
  const stored = `$argon2id$v=19$m=64,t=3,p=2$${nonce.toString('base64').replace(/=+$/, '')}$${tag.toString('base64')}`;
  expect(await hasher.verify('pw', stored)).toBe(true);
  expect(hasher.isOutdated(stored)).toBe(true);
});

test('a password is the same however its letters were composed', async () => {
  const stored = await hasher.hash('caf\u00e9 ol\u00e9');
  expect(await hasher.verify('cafe\u0301 ole\u0301', stored)).toBe(true);
});

test.each([
  '',
  'plain',
  '$argon2i$v=19$m=64,t=1,p=1$c29tZXNhbHRzb21l$c29tZXNhbHRzb21lc29tZXNhbHQ',
  '$argon2id$v=19$m=9999999,t=1,p=1$c29tZXNhbHRzb21l$c29tZXNhbHRzb21lc29tZXNhbHQ',
  '$argon2id$v=19$m=64,t=99,p=1$c29tZXNhbHRzb21l$c29tZXNhbHRzb21lc29tZXNhbHQ',
  '$argon2id$v=19$m=64,t=0,p=1$c29tZXNhbHRzb21l$c29tZXNhbHRzb21lc29tZXNhbHQ',
  '$argon2id$v=19$m=64,t=1,p=16$c29tZXNhbHRzb21l$c29tZXNhbHRzb21lc29tZXNhbHQ',
])('a stored text that is no hash of ours, or one that would cost too much, never fits: %s', async (stored) => {
  expect(await hasher.verify('pw', stored)).toBe(false);
  expect(hasher.isOutdated(stored)).toBe(true);
});

test('whatever is stored, verify neither throws nor says yes', async () => {
  await fc.assert(
    fc.asyncProperty(fc.string(), async (stored) => (await hasher.verify('pw', stored)) === false),
    { numRuns: 200 },
  );
});

test('a flood is refused at a bound, and those within it are served', async () => {
  const outcomes = await Promise.allSettled(Array.from({ length: 40 }, () => hasher.hash('a password')));
  const refused = outcomes.filter((outcome) => outcome.status === 'rejected');
  expect(refused).toHaveLength(6);
  for (const { reason } of refused as PromiseRejectedResult[]) expect(reason).toBeInstanceOf(HashingBusyError);
  expect(await hasher.hash('afterwards it works again')).toContain('argon2id');
});
