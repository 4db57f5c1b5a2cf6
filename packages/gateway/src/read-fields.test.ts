import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readFields } from './read-fields.ts';

test('what the gateway reads, what goes on, and what ends here', () => {
  const raw = [
    'Host',
    'a',
    'Authorization',
    'DPoP t',
    'DPoP',
    'p',
    'Cookie',
    'c',
    'Accept',
    '*/*',
    'Idempotency-Key',
    'k',
    'X-Forwarded-For',
    '1',
  ];
  expect(readFields(raw)).toMatchObject({
    host: 'a',
    authorization: 'DPoP t',
    dpop: 'p',
    idempotencyKey: 'k',
    forwarded: ['accept', '*/*', 'idempotency-key', 'k'],
  });
});

test.each(['Host', 'Authorization', 'DPoP', 'Idempotency-Key', 'Content-Length', 'Transfer-Encoding', 'X-Correlation-Id'])(
  '%s twice is malformed',
  (name) => {
    expect(readFields([name, 'a', 'X', 'b', name.toLowerCase(), 'a'])).toBeUndefined();
  },
);

test('an authority and a Host must agree', () => {
  expect(readFields([':authority', 'a', 'host', 'a'])?.host).toBe('a');
  expect(readFields([':authority', 'a', 'host', 'b'])).toBeUndefined();
});

const PROTECTED = [
  'x-sallyport-subject',
  'x-sallyport-anything',
  'x-forwarded-for',
  'x-correlation-id',
  'authorization',
  'cookie',
  'forwarded',
  'content-length',
];

test('property: no spelling of a protected name is forwarded', () => {
  const spelling = fc.tuple(fc.constantFrom(...PROTECTED), fc.infiniteStream(fc.tuple(fc.boolean(), fc.boolean())));
  fc.assert(
    fc.property(spelling, ([name, choices]) => {
      const spelled = [...name]
        .map((character) => {
          const [upper, underscore] = choices.next().value ?? [false, false];
          if (character === '-' && underscore) return '_';
          return upper ? character.toUpperCase() : character;
        })
        .join('');
      expect(readFields(['Host', 'a', spelled, 'spoofed'])?.forwarded).toEqual([]);
    }),
  );
});

test('property: whatever else is sent goes on in order, with nothing added', () => {
  const name = fc
    .stringMatching(/^[A-Za-z]{1,8}$/)
    .filter((text) => !['host', 'te', 'dpop', 'cookie', 'trailer', 'upgrade', 'expect'].includes(text.toLowerCase()));
  fc.assert(
    fc.property(fc.array(fc.tuple(name, fc.string())), (pairs) => {
      const expected = pairs.flatMap(([field, value]) => [field.toLowerCase(), value]);
      expect(readFields(pairs.flat())?.forwarded).toEqual(expected);
    }),
  );
});
