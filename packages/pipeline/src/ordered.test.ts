import { expect, expectTypeOf, test } from 'vitest';
import { type Guard, PASS, refuse } from './guard.ts';
import { judge } from './judge.ts';
import { type FactsAfter, ordered } from './ordered.ts';

const identify: Guard<{ token: string }, { user: string }> = {
  name: 'identify',
  refuses: ['token-missing'],
  check: ({ token }) => (token === '' ? refuse('token-missing') : { facts: { user: token } }),
};
const authorise: Guard<{ user: string }> = {
  name: 'authorise',
  refuses: ['scope-insufficient'],
  check: async ({ user }) => (user === 'ada' ? PASS : refuse('scope-insufficient')),
};
const broken: Guard<object> = {
  name: 'broken',
  refuses: [],
  check: () => {
    throw new RangeError('off by one');
  },
};

test('a guard placed before the fact it needs does not compile', () => {
  const guards = ordered<{ token: string }>()([identify, authorise]);
  expectTypeOf<FactsAfter<typeof guards, { token: string }>>().toExtend<{ token: string; user: string }>();
  // @ts-expect-error authorise needs `user`, which identify gives only later.
  ordered<{ token: string }>()([authorise, identify]);
  expect(guards.map(({ name }) => name)).toEqual(['identify', 'authorise']);
});

test('the first refusal ends the way and names its guard', async () => {
  const guards = ordered<{ token: string }>()([identify, authorise]);
  expect(judge(guards, { token: '' })).toEqual({ guard: 'identify', refusal: { reason: 'token-missing' } });
  expect(await judge(guards, { token: 'eve' })).toMatchObject({ guard: 'authorise', refusal: { reason: 'scope-insufficient' } });
  expect(await judge(guards, { token: 'ada' })).toBeUndefined();
});

test('a guard that throws, at once or later, is a refusal', async () => {
  const later: Guard<object> = { name: 'later', refuses: [], check: () => Promise.reject(new Error('disk')) };
  expect(judge([broken], {})).toMatchObject({ guard: 'broken', refusal: { reason: 'internal-error', detail: 'RangeError: off by one' } });
  expect(await judge([later, broken], {})).toMatchObject({ guard: 'later', refusal: { reason: 'internal-error' } });
});

test('an error that says which declared refusal it is, is that refusal', () => {
  const store: Guard<object> = {
    name: 'store',
    refuses: ['store-unavailable'],
    check: () => {
      throw Object.assign(new Error('disk full'), { code: 'store-unavailable' });
    },
  };
  expect(judge([store], {})).toEqual({ guard: 'store', refusal: { reason: 'store-unavailable', detail: 'disk full' } });
  expect(judge([{ ...store, refuses: [] }], {})).toMatchObject({ refusal: { reason: 'internal-error' } });
});

test('a guard cannot refuse with a reason it does not declare', async () => {
  expect(judge([{ ...identify, refuses: ['scope-insufficient'] }], { token: '' } as never)).toEqual({
    guard: 'identify',
    refusal: { reason: 'internal-error', detail: 'identify may not refuse with token-missing' },
  });
  expect(await judge([{ ...authorise, refuses: [] }], { user: 'eve' } as never)).toMatchObject({ refusal: { reason: 'internal-error' } });
});

test('nothing runs after a refusal', async () => {
  expect(await judge([authorise, broken] as never, { user: 'eve' })).toMatchObject({ guard: 'authorise' });
});
