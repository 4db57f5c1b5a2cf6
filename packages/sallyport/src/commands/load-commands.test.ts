import { expect, test } from 'vitest';
import { loadCommands } from './load-commands.ts';

const names = async (word?: string) => (await loadCommands(word)).map(({ name }) => name);

test('a word loads its commands only, and they are all there are of it', async () => {
  const all = await names();
  for (const word of new Set(all.map((name) => name.split(' ')[0] as string)))
    expect(await names(word)).toEqual(all.filter((name) => name.split(' ')[0] === word));
});

test.each(['cofig', '--help', 'constructor', ''])('%j begins no command, so that all are there to choose from', async (word) => {
  expect(await names(word)).toEqual(await names());
});
