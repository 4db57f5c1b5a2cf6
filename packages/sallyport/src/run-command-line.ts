import type { Command, ExitCode, Io } from './command.ts';
import { formatCommandHelp, formatOverview } from './format-help.ts';
import { UsageError } from './usage-error.ts';

/**
 * Runs one command line: finds the command, prints help, turns every error into one clear line (a wrong policy: one for
 * each problem). A stack trace is shown only with SALLYPORT_DEBUG=1.
 *
 * @example process.exitCode = await runCommandLine(commands, process.argv.slice(2), io)
 */
export async function runCommandLine(commands: readonly Command[], args: readonly string[], io: Io): Promise<ExitCode> {
  try {
    return await dispatch(commands, args, io);
  } catch (error) {
    const { describeError, describeStack } = await import('./describe-error.ts');
    io.stderr.write(`${describeError(error)}\n`);
    if (io.env.SALLYPORT_DEBUG === '1' && error instanceof Error) io.stderr.write(`${describeStack(error)}\n`);
    return 2;
  }
}

async function dispatch(commands: readonly Command[], args: readonly string[], io: Io): Promise<ExitCode> {
  const [first, second] = args;
  if (first === undefined) {
    io.stderr.write(formatOverview(commands));
    return 2;
  }
  if (first === '--help' || first === '-h' || first === 'help') {
    io.stdout.write(formatOverview(commands));
    return 0;
  }
  const command = commands.find(({ name }) => name === `${first} ${second}`) ?? commands.find(({ name }) => name === first);
  if (command === undefined) return dispatchGroup(commands, first, second, io);
  const rest = args.slice(command.name.split(' ').length);
  // Before anything is checked: who asks for help may have the rest wrong. After `--` it is a word like any other.
  const options = rest.includes('--') ? rest.slice(0, rest.indexOf('--')) : rest;
  if (options.includes('--help') || options.includes('-h')) {
    io.stdout.write(formatCommandHelp(command));
    return 0;
  }
  return await command.run(rest, io);
}

async function dispatchGroup(commands: readonly Command[], first: string, second: string | undefined, io: Io): Promise<ExitCode> {
  const group = commands.filter(({ name }) => name.startsWith(`${first} `));
  if (group.length > 0 && (second === '--help' || second === '-h')) {
    io.stdout.write(formatOverview(group));
    return 0;
  }
  if (group.length > 0 && second === undefined) {
    throw new UsageError(`${first} needs another word: ${group.map(({ name }) => name.slice(first.length + 1)).join(', ')}.`);
  }
  const names = (group.length > 0 ? group : commands).map(({ name }) => name);
  const written = group.length > 0 ? `${first} ${second}` : first;
  const { nearest } = await import('@sallyport/policy');
  // Beside whole names their first words, so that `cofig check` finds its way.
  const meant = nearest(written, new Set([...names, ...names.map((name) => name.split(' ')[0] as string)]));
  const advice = meant === undefined ? `Write one of: ${names.join(', ')}.` : `Did you mean sallyport ${meant}?`;
  throw new UsageError(`There is no command ${JSON.stringify(written)}. ${advice}`);
}
