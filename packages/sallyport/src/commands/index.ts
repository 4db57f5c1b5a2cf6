import { loadCommands } from './load-commands.ts';

/** Every command, in the order `--help` lists them. */
export const commands = await loadCommands();
