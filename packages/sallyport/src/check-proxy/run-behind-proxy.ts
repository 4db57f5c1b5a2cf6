import { spawn } from 'node:child_process';
import type { Io } from '../command.ts';
import { UsageError } from '../usage-error.ts';

/**
 * Runs a command to its end. What it writes goes to standard error: standard output is the report's.
 *
 * @param over ends it early.
 * @returns what is to be noted of it.
 * @throws UsageError when it cannot be started.
 */
export function runBehindProxy(
  [program = '', ...args]: readonly string[],
  environment: Readonly<Record<string, string>>,
  { cwd, env, stderr }: Pick<Io, 'cwd' | 'env' | 'stderr'>,
  over: Promise<unknown>,
): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { cwd, env: { ...env, ...environment }, stdio: ['ignore', 'pipe', 'pipe'] });
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => stderr.write(chunk.toString()));
    child.once('error', ({ code }: NodeJS.ErrnoException) => {
      reject(
        new UsageError(`The command ${JSON.stringify(program)} cannot be started (${code}); write it after -- as a shell would find it.`),
      );
    });
    child.once('close', (code, signal) => resolve(`The command ended with ${code === null ? signal : `exit code ${code}`}.`));
    void over.then(() => {
      // What it started itself may not end with it; the test is over all the same.
      child.kill();
      child.unref();
      for (const stream of [child.stdout, child.stderr]) stream.destroy();
      resolve('The command was ended before it was done.');
    });
  });
}
