import { expect, it } from 'vitest';
import { onceAName } from './once-a-name.ts';

it('asks once a name, and keeps a no as well as a yes', () => {
  const asked: string[] = [];
  const isShort = onceAName((name) => {
    asked.push(name);
    return name.length < 3;
  });
  expect(['a', 'long', 'a', 'long'].map(isShort)).toEqual([true, false, true, false]);
  expect(asked).toEqual(['a', 'long']);
});
