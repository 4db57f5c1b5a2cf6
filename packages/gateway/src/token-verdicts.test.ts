import { expect, test } from 'vitest';
import type { Principal } from './exchange.ts';
import { createTokenVerdicts } from './token-verdicts.ts';

const principal = (subject: string): Principal => ({
  subject,
  clientId: 'app',
  scope: '',
  scopes: new Set(),
  jkt: undefined,
  expiresAt: 1,
});

test('keeps so many, forgets the oldest, and all when the keys change', () => {
  const verdicts = createTokenVerdicts(2);
  for (const name of ['a', 'b', 'c']) verdicts.keep(name, principal(name), 1);
  expect(['a', 'b', 'c'].map((name) => verdicts.find(name, 1)?.subject)).toEqual([undefined, 'b', 'c']);
  expect(verdicts.find('c', 2)).toBeUndefined();
  expect(verdicts.find('c', 1)).toBeUndefined();
});
