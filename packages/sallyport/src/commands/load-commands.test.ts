import { expect, test } from 'vitest';
import { loadCommands } from './load-commands.ts';

const names = async (...words: string[]) => (await loadCommands(words)).map(({ name }) => name);

test('a name loads its command only, whatever follows it; those of pins come together', async () => {
  const all = await names();
  const pins = all.filter((name) => name.startsWith('pins '));
  for (const name of all) expect(await names(...name.split(' '), '--help', 'demo')).toEqual(pins.includes(name) ? pins : [name]);
});

test.each([undefined, '--help', 'ap', 'constructor'])(
  'a first word alone, or with %j, loads all commands that begin with it',
  async (second) => {
    const all = await names();
    for (const first of all.filter((name) => name.includes(' ')).map((name) => name.split(' ')[0] as string))
      expect(await names(first, ...(second === undefined ? [] : [second]))).toEqual(all.filter((name) => name.startsWith(`${first} `)));
  },
);

test.each(['cofig', '--help', 'constructor', ''])('%j begins no command, so that all are there to choose from', async (word) => {
  expect(await names(word)).toEqual(await names());
});
