import { pinsCommands } from '../command/commands.ts';
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
  const [name, ...rest] = args;
  const command = pinsCommands.find((each) => each.name === name);
  if (command === undefined) throw new Error(`There is no command ${name}.`);
  const code = await runPins(command, rest, {
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
