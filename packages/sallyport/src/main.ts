#!/usr/bin/env node
import { once } from 'node:events';
import { enableCompileCache } from 'node:module';
import { fileURLToPath } from 'node:url';

// Compiled code is kept beside the dependencies, where only those can write who could change the code as well: a folder in /tmp would
// be anybody's. Where it cannot be written, nothing is kept.
enableCompileCache(fileURLToPath(new URL('../node_modules/.cache/sallyport', import.meta.url)));

// `sallyport config print | head -1` closes the pipe before all is written; that is no error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
});

const args = process.argv.slice(2);
// Not before the cache is open: what is imported at the top is compiled before the first line runs.
const { runCommandLine } = await import('./run-command-line.ts');
const { loadCommands } = await import('./commands/load-commands.ts');

process.exitCode = await runCommandLine(await loadCommands(args[0]), args, {
  stdin: process.stdin,
  stdout: process.stdout,
  stderr: process.stderr,
  env: process.env,
  cwd: process.cwd(),
  isTerminal: process.stdout.isTTY,
  // `once`: whoever asks a second time does not want to wait, and gets the usual end.
  untilStopped: async () => void (await Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')])),
});
