import { StoreUnavailableError } from '@sallyport/storage';
import { expect, test } from 'vitest';
import type { Command } from './command.ts';
import { readArguments } from './read-arguments.ts';
import { runCommandLine } from './run-command-line.ts';
import { captureIo } from './testing/capture-io.ts';

const command = (name: string, run: Command['run']): Command => ({
  name,
  summary: `Does ${name}.`,
  usage: `${name} [--depth N] PLACE`,
  example: `sallyport ${name} --depth 2 here`,
  options: { depth: { type: 'string', argument: 'N', short: 'd', description: 'How deep.' } },
  run,
});

const dig: Command = command('dig', async (args, io) => {
  const { positionals, text } = readArguments(dig, args, ['PLACE']);
  io.stdout.write(`${positionals[0]} ${text('depth')}`);
  return positionals[0] === 'sand' ? 1 : 0;
});
const throwing = (error: unknown) => command('fail', () => Promise.reject(error));

async function run(args: string[], commands: readonly Command[] = [dig, command('map show', async () => 0)], env = {}) {
  const io = captureIo({ cwd: '.', env });
  return { code: await runCommandLine(commands, args, io), out: io.out(), err: io.err() };
}

test('runs the command with what stands after its name; its answer is the exit code', async () => {
  expect(await run(['dig', '-d', '3', 'here'])).toEqual({ code: 0, out: 'here 3', err: '' });
  expect(await run(['dig', 'sand'])).toMatchObject({ code: 1 });
  expect(await run(['map', 'show'])).toMatchObject({ code: 0 });
});

test.each([[['--help']], [['-h']], [['help']]])('%j lists every command on standard output', async (args) => {
  const { code, out, err } = await run(args);
  expect(code).toBe(0);
  expect(out).toMatch(/dig +Does dig\.\n {2}map show +Does map show\./);
  expect(err).toBe('');
});

test('help of a command shows usage, options and an example, whatever else stands there', async () => {
  const { code, out } = await run(['dig', '--nonsense', '--help']);
  expect(code).toBe(0);
  for (const part of ['sallyport dig [--depth N] PLACE', '-d, --depth N  How deep.', 'sallyport dig --depth 2 here'])
    expect(out).toContain(part);
  expect((await run(['map', '--help'])).out).toContain('map show');
  expect((await run(['dig', '--', '--help'])).out).toBe('--help undefined');
});

test.each([
  [[], /Usage/],
  [['dgi'], /^There is no command "dgi"\. Did you mean sallyport dig\?\n$/],
  [['map'], /^map needs another word: show\.\n$/],
  [['map', 'shwo'], /^There is no command "map shwo"\. Did you mean sallyport map show\?\n$/],
  [['mpa', 'show'], /^There is no command "mpa"\. Did you mean sallyport map\?\n$/],
  [['excavate'], /^There is no command "excavate"\. Write one of: dig, map show\.\n$/],
  [['dig'], /^PLACE is missing\. See sallyport dig --help\.\n$/],
  [['dig', 'here', 'there'], /^Nothing is expected at "there"\. See sallyport dig --help\.\n$/],
  [['dig', '--wide', 'here'], /^Unknown option '--wide'\. See sallyport dig --help\.\n$/],
  [['dig', 'here', '--depth'], /^Option '-d, --depth <value>' argument missing\. See sallyport dig --help\.\n$/],
])('%j cannot run: one line on standard error, exit code 2', async (args, line) => {
  const { code, out, err } = await run(args);
  expect(code).toBe(2);
  expect(out).toBe('');
  expect(err).toMatch(line);
});

test.each([
  [new StoreUnavailableError('Cannot open the database a. Make room.'), 'Cannot open the database a. Make room.\n'],
  [
    Object.assign(new Error('listen EADDRINUSE: address already in use 127.0.0.1:8443'), { code: 'EADDRINUSE' }),
    'listen EADDRINUSE: address already in use 127.0.0.1:8443. Another program listens there: stop it, or write another port in the policy.\n',
  ],
  [
    new TypeError('x is not a function\n    at somewhere (file.ts:1:1)'),
    'x is not a function. This was not expected; SALLYPORT_DEBUG=1 shows where it comes from.\n',
  ],
  ['thrown text', 'thrown text. This was not expected; SALLYPORT_DEBUG=1 shows where it comes from.\n'],
])('an error is one line without a stack: %s', async (error, line) => {
  expect(await run(['fail'], [throwing(error)])).toEqual({ code: 2, out: '', err: line });
});

test('a token in a message is not shown, with and without a stack', async () => {
  const secret = 'eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiJ1c2VyIn0.c2lnbmF0dXJl';
  const { err } = await run(['fail'], [throwing(new Error(`refused ${secret}`))], { SALLYPORT_DEBUG: '1' });
  expect(err).toContain('run-command-line.test.ts');
  expect(err).not.toContain(secret);
});
