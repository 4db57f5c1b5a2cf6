import { parseArgs } from 'node:util';
import type { CommandOption } from './command.ts';
import { UsageError } from './usage-error.ts';

/** What a command line held. */
export interface Arguments {
  text(option: string): string | undefined;
  flag(option: string): boolean;
  readonly positionals: readonly string[];
}

/**
 * Reads the arguments of a command, strictly: an unknown option, a missing value or a word too many is an error.
 *
 * @param names what the words without dashes are, in order; all are needed. One that ends in `…` may come several times.
 * @throws UsageError
 * @example readArguments(command, ['--config', 'a.yaml']).text('config') // 'a.yaml'
 */
export function readArguments(
  { name, options }: { readonly name: string; readonly options: Readonly<Record<string, CommandOption>> },
  args: readonly string[],
  names: readonly string[] = [],
): Arguments {
  const { values, positionals } = parse(name, options, args);
  const missing = names[positionals.length];
  if (missing !== undefined) throw new UsageError(`${missing.replace('…', '')} is missing. ${seeHelp(name)}`);
  const extra = names.at(-1)?.endsWith('…') === true ? undefined : positionals[names.length];
  if (extra !== undefined) throw new UsageError(`Nothing is expected at ${JSON.stringify(extra)}. ${seeHelp(name)}`);
  return {
    text: (option) => (typeof values[option] === 'string' ? values[option] : undefined),
    flag: (option) => values[option] === true,
    positionals,
  };
}

function parse(name: string, options: Readonly<Record<string, CommandOption>>, args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options, strict: true, allowPositionals: true });
  } catch (error) {
    // The first sentence says what; the rest is advice of node about `--` that helps nobody here.
    const what = (error as Error).message.split(/\. |\n/)[0]?.replace(/\.$/, '');
    throw new UsageError(`${what}. ${seeHelp(name)}`);
  }
}

function seeHelp(name: string): string {
  return `See sallyport ${name} --help.`;
}
