import { expect, test } from 'vitest';
import { type Guard, refuse } from './guard.ts';
import { judge } from './judge.ts';
import { compact, onlyIf } from './only-if.ts';
import { ordered } from './ordered.ts';

const no: Guard<object> = { name: 'no', refuses: ['scope-insufficient'], check: () => refuse('scope-insufficient') };

test('a guard that does not apply is not asked, one that does is', async () => {
  const absent = ordered<object>()([onlyIf(false, () => no)]);
  const present = ordered<object>()([onlyIf(true, () => no)]);
  expect(await judge(compact(absent), {})).toBeUndefined();
  expect(await judge(compact(present), {})).toMatchObject({ guard: 'no' });
});

test('a list that was not compacted refuses rather than let through', async () => {
  expect(await judge([onlyIf(false, () => no)], {})).toMatchObject({ refusal: { reason: 'internal-error' } });
});
