import { readFileSync } from 'node:fs';
import type { CheckIo } from '@sallyport/checker';
import type { Io } from './command.ts';

/** Columns of a terminal that does not say how wide it is. */
const WIDTH = 100;

const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as { version: string };

/** The world of a command as the checker wants it. */
export function checkIo({ stdout, stderr, isTerminal, env }: Io): CheckIo {
  return {
    out: (text) => stdout.write(text),
    err: (text) => stderr.write(text),
    terminal: isTerminal,
    color: isTerminal && env.NO_COLOR === undefined,
    width: Number(env.COLUMNS) || WIDTH,
    now: () => new Date(),
    version,
  };
}
