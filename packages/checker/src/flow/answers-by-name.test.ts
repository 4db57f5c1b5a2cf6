import { expect, it } from 'vitest';
import { AnswersByName } from './answers-by-name.ts';

it('asks each question once a name, and keeps the answers of two questions apart', () => {
  const asked: string[] = [];
  const length = new AnswersByName<number>();
  const loud = new AnswersByName<string>();
  const ask = (name: string) => {
    const counted = length.of(name, (each) => {
      asked.push(`length ${each}`);
      return each.length;
    });
    const shouted = loud.of(name, (each) => {
      asked.push(`loud ${each}`);
      return each.toUpperCase();
    });
    return [counted, shouted];
  };
  expect(['a', 'long', 'a', 'long', 'long'].map(ask)).toEqual([
    [1, 'A'],
    [4, 'LONG'],
    [1, 'A'],
    [4, 'LONG'],
    [4, 'LONG'],
  ]);
  expect(asked).toEqual(['length a', 'loud a', 'length long', 'loud long']);
});

it('answers rightly when there are more names than it keeps', () => {
  const early = new AnswersByName<string>();
  const nested = new AnswersByName<string>();
  expect(early.of('first', (name) => `1 ${name}`)).toBe('1 first');
  for (let index = 0; index < 450_000; index++) early.of(`name ${index}`, (name) => name);
  expect(early.of('first', (name) => `2 ${name}`)).toBe('2 first');
  expect(early.of('name 449999', () => 'asked again')).toBe('name 449999');
  // An answer that asks about so many names that the table is full before it is given.
  const outer = nested.of('outer', (name) => {
    for (let index = 0; index < 250_000; index++) early.of(`inner ${index}`, (each) => each);
    return name;
  });
  expect(outer).toBe('outer');
  expect(nested.of('another', (name) => name)).toBe('another');
  expect(nested.of('outer', (name) => name)).toBe('outer');
});
