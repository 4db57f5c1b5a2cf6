import { runPins } from '../command/run-pins.ts';

export interface CliResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the command line in a folder and gathers what it prints. */
export async function cli(cwd: string, args: readonly string[], now: () => number = Date.now): Promise<CliResult> {
  let stdout = '';
  let stderr = '';
  const code = await runPins(args, {
    stdout: (text) => {
      stdout += text;
    },
    stderr: (text) => {
      stderr += text;
    },
    now,
    cwd,
  });
  return { code, stdout, stderr };
}
