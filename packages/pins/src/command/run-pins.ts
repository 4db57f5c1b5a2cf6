import { PinsError } from '../pins-error.ts';
import { commands } from './commands.ts';
import type { PinsIo } from './io.ts';

/**
 * Runs `sallyport pins …`.
 *
 * @param args what stands after `pins`.
 * @returns 0 fine, 1 findings or refusals, 2 could not run. Errors are printed as one line, `code` first.
 * @example process.exitCode = await runPins(['show'], io)
 */
export async function runPins(args: readonly string[], io: PinsIo): Promise<0 | 1 | 2> {
  const [name, ...rest] = args;
  const command = commands.find((each) => each.name === name);
  if (name === undefined || name === '--help' || name === 'help') {
    io.stdout(overview());
    return name === undefined ? 2 : 0;
  }
  if (command === undefined) {
    io.stderr(
      `error usage: There is no "sallyport pins ${name.slice(0, 40)}". There are: ${commands.map((each) => each.name).join(', ')}.\n`,
    );
    return 2;
  }
  if (rest.includes('--help')) {
    io.stdout(`${command.help}\n`);
    return 0;
  }
  try {
    return await command.run(rest, io);
  } catch (error) {
    if (error instanceof PinsError) {
      io.stderr(`error ${error.code}: ${error.message}\n`);
      return error.exitCode;
    }
    const why = error instanceof Error ? error.message.split('\n')[0] : String(error);
    io.stderr(`error internal: ${why} This is a fault of Sallyport; nothing was written.\n`);
    return 2;
  }
}

function overview(): string {
  return `Usage: sallyport pins COMMAND [--help]

${commands.map(({ name, summary }) => `  ${name.padEnd(10)} ${summary}`).join('\n')}

Example: sallyport pins make --host api.example.com
`;
}
