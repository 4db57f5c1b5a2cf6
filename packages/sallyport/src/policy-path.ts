import { resolve } from 'node:path';
import type { CommandOption, Io } from './command.ts';
import type { Arguments } from './read-arguments.ts';

/** `--config FILE`, the same for every command that reads the policy. */
export const configOption: CommandOption = {
  type: 'string',
  argument: 'FILE',
  description: 'The policy. Default: the one sallyport.config.* of the current folder.',
};

/** The policy file that was named, or the folder to look in. */
export function policyPath(args: Arguments, io: Io): string {
  const named = args.text('config');
  return named === undefined ? io.cwd : resolve(io.cwd, named);
}
