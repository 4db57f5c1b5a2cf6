import { Readable } from 'node:stream';
import { expect, test } from 'vitest';
import type { InputStream } from './command.ts';
import { readPassword } from './read-password.ts';
import { captureIo } from './testing/capture-io.ts';
import { UsageError } from './usage-error.ts';

/** A terminal at which these keys are pressed, chunk by chunk. */
function terminal(...keys: string[]) {
  const modes: boolean[] = [];
  const stdin = Object.assign(Readable.from(keys.map((each) => Buffer.from(each))), {
    isTTY: true,
    setRawMode: (raw: boolean) => modes.push(raw),
  });
  const io = captureIo({ cwd: '.', stdin: stdin as unknown as InputStream });
  return { io, modes };
}

test.each([
  ['secret\n', 'secret'],
  ['secret', 'secret'],
  ['secret\r\nmore\n', 'secret'],
  [' with spaces \n', ' with spaces '],
  ['pässwörd ✓\n', 'pässwörd ✓'],
])('from a pipe the first line of %j', async (input, password) => {
  expect(await readPassword(captureIo({ cwd: '.', input }))).toBe(password);
});

test.each(['', '\n', 'x'.repeat(10_000)])('from a pipe nothing, or without end: refused', async (input) => {
  await expect(readPassword(captureIo({ cwd: '.', input }))).rejects.toThrow(UsageError);
});

test('a character cut in two by the pipe is one character', async () => {
  const bytes = Buffer.from('ä\n');
  const stdin = Readable.from([bytes.subarray(0, 1), bytes.subarray(1)]) as InputStream;
  expect(await readPassword(captureIo({ cwd: '.', stdin }))).toBe('ä');
});

test('at a terminal it is asked for twice, edited, and never shown', async () => {
  const { io, modes } = terminal('sec', 'rex\u007ft\r', 'secret\r');
  expect(await readPassword(io)).toBe('secret');
  expect(io.err()).toBe('Password: \nAgain: \n');
  expect(io.out()).toBe('');
  expect(modes).toEqual([true, false, true, false]);
});

test('two lines pasted at once are both read', async () => {
  expect(await readPassword(terminal('secret\rsecret\r').io)).toBe('secret');
});

test.each([
  [['one\r', 'two\r'], 'differ'],
  [['\r'], 'No password'],
  [['sec\u0003'], 'Interrupted'],
])('%j gives no password, and the terminal back', async (keys, why) => {
  const { io, modes } = terminal(...keys);
  await expect(readPassword(io)).rejects.toThrow(why);
  expect(modes.at(-1)).toBe(false);
});
