import type { Command } from '../command.ts';

/** Every command by its name, in the order `--help` lists them. Each is loaded when it is asked for: some bring much along. */
const loaders: Readonly<Record<string, () => Promise<readonly Command[]>>> = {
  init: async () => [(await import('./init.ts')).init],
  serve: async () => [(await import('./serve.ts')).serve],
  demo: async () => [(await import('./demo.ts')).demo],
  'check app': async () => [(await import('./check-app.ts')).checkApp],
  'check api': async () => [(await import('./check-api.ts')).checkApi],
  'check proxy': async () => [(await import('./check-proxy.ts')).checkProxy],
  'check release': async () => [(await import('./check-release.ts')).checkRelease],
  'config check': async () => [(await import('./config-check.ts')).configCheck],
  'config print': async () => [(await import('./config-print.ts')).configPrint],
  'config schema': async () => [(await import('./config-schema.ts')).configSchema],
  'users add': async () => [(await import('./users-add.ts')).usersAdd],
  'users list': async () => [(await import('./users-list.ts')).usersList],
  'users lock': async () => [(await import('./users-lock.ts')).usersLock],
  'users unlock': async () => [(await import('./users-unlock.ts')).usersUnlock],
  pins: async () => (await import('./pins.ts')).pins,
};

/**
 * @param words the command line. Where its first two name a command, that one is loaded; where the first begins some, those; else all:
 *   for the help, and for the advice on what was meant.
 * @example await loadCommands(['check', 'app', 'ios/']) // check app
 */
export async function loadCommands([first = '', second = '']: readonly string[] = []): Promise<readonly Command[]> {
  const all = Object.entries(loaders);
  const named = all.filter(([name]) => name === `${first} ${second}` || name === first);
  const group = all.filter(([name]) => name.startsWith(`${first} `));
  const wanted = [named, group, all].find((found) => found.length > 0) ?? all;
  return (await Promise.all(wanted.map(([, load]) => load()))).flat();
}
