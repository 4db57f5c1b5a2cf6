import { type PinsIo, pinsCommands, runPins } from '@sallyport/pins';
import type { Command, Io } from '../command.ts';

/** `sallyport pins make` and the others, in the order of a pin's life. */
export const pins: readonly Command[] = pinsCommands.map((command) => ({
  ...command,
  name: `pins ${command.name}`,
  run: async (args, io) => runPins(command, args, await pinsIo(command.name, io)),
}));

async function pinsIo(name: string, { stdout, stderr, cwd }: Io): Promise<PinsIo> {
  // Loaded only here: no other command should wait for the client's network stack.
  const rehearsalRunners = name === 'rehearse' ? [(await import('../pins/client-rehearsal-runner.ts')).clientRehearsalRunner] : [];
  return {
    stdout: (text) => void stdout.write(text),
    stderr: (text) => void stderr.write(text),
    now: Date.now,
    cwd,
    rehearsalRunners,
  };
}
