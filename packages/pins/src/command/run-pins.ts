import { PinsError } from '../pins-error.ts';
import type { PinsCommand } from './command.ts';
import type { PinsIo } from './io.ts';

/**
 * Runs one subcommand of `sallyport pins`.
 *
 * @param args what stands after its name.
 * @returns 0 fine, 1 findings or refusals, 2 could not run. A refusal is printed as one line, its code first.
 * @throws whatever is no PinsError: a fault of ours.
 */
export async function runPins(command: PinsCommand, args: readonly string[], io: PinsIo): Promise<0 | 1 | 2> {
  try {
    return await command.run(args, io);
  } catch (error) {
    if (!(error instanceof PinsError)) throw error;
    io.stderr(`error ${error.code}: ${error.message}\n`);
    return error.exitCode;
  }
}
