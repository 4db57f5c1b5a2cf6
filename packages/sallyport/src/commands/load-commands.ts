import type { Command } from '../command.ts';

/** Every command by its first word, in the order `--help` lists them. A word's commands are loaded when it is asked for: some bring much along. */
const groups: Readonly<Record<string, () => Promise<readonly Command[]>>> = {
  init: async () => [(await import('./init.ts')).init],
  serve: async () => [(await import('./serve.ts')).serve],
  demo: async () => [(await import('./demo.ts')).demo],
  check: async () => [
    (await import('./check-app.ts')).checkApp,
    (await import('./check-api.ts')).checkApi,
    (await import('./check-proxy.ts')).checkProxy,
    (await import('./check-release.ts')).checkRelease,
  ],
  config: async () => [
    (await import('./config-check.ts')).configCheck,
    (await import('./config-print.ts')).configPrint,
    (await import('./config-schema.ts')).configSchema,
  ],
  users: async () => [
    (await import('./users-add.ts')).usersAdd,
    (await import('./users-list.ts')).usersList,
    (await import('./users-lock.ts')).usersLock,
    (await import('./users-unlock.ts')).usersUnlock,
  ],
  pins: async () => (await import('./pins.ts')).pins,
};

/**
 * @param word the first word of a command line. Without one, or with one that begins no command, all commands are loaded: for the help,
 *   and for the advice on what was meant.
 * @example await loadCommands('check') // check app, check api, check proxy, check release
 */
export async function loadCommands(word = ''): Promise<readonly Command[]> {
  const wanted = Object.hasOwn(groups, word) ? [groups[word] as () => Promise<readonly Command[]>] : Object.values(groups);
  return (await Promise.all(wanted.map((load) => load()))).flat();
}
