import type { Command, ExitCode, Io } from './command.ts';
import { readArguments } from './read-arguments.ts';
import { UsageError } from './usage-error.ts';
import { withUserStore } from './with-user-store.ts';

/** What `users lock` and `users unlock` have in common: all but the direction. */
export async function setLocked(command: Command, args: readonly string[], io: Io, locked: boolean): Promise<ExitCode> {
  const [name = ''] = readArguments(command, args, ['NAME']).positionals;
  const known = await withUserStore(io, (users) => users.setLocked(name, locked));
  if (!known) throw new UsageError(`There is no user ${JSON.stringify(name)}. sallyport users list names them all.`);
  io.stdout.write(`${locked ? 'Locked' : 'Unlocked'} ${name}.\n`);
  return 0;
}
