import { once } from 'node:events';
import { loadCommands } from './commands/load-commands.ts';
import { runCommandLine } from './run-command-line.ts';

// `sallyport config print | head -1` closes the pipe before all is written; that is no error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
});

const args = process.argv.slice(2);

process.exitCode = await runCommandLine(await loadCommands(args), args, {
  stdin: process.stdin,
  stdout: process.stdout,
  stderr: process.stderr,
  env: process.env,
  cwd: process.cwd(),
  isTerminal: process.stdout.isTTY,
  // `once`: whoever asks a second time does not want to wait, and gets the usual end.
  untilStopped: async () => void (await Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')])),
});
