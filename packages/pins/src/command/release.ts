import { recordRelease } from '../set/add-pin.ts';
import { needed, type PinsCommand, readArgs } from './command.ts';
import { DEFAULT_SET_FILE, loadSet, saveSet } from './set-file.ts';

export const release: PinsCommand = {
  name: 'release',
  summary: 'Record that an app version ships with the pins of now',
  help: `Usage: sallyport pins release VERSION [--set FILE] [--remote-updates]

Notes for every pin that is not retired that this app version carries it. From then on a pin is not retired while a version
that has no other live pin is in use.

  --remote-updates   this version fetches signed pin sets

Example: sallyport pins release 3.2.0`,
  async run(args, io) {
    const { values, positionals } = readArgs('release', args, { set: { type: 'string' }, 'remote-updates': { type: 'boolean' } });
    const file = values.set ?? DEFAULT_SET_FILE;
    const version = needed(positionals[0], 'VERSION', 'release');
    const after = recordRelease(await loadSet(file, io), version, { remoteUpdates: values['remote-updates'] === true });
    await saveSet(file, after, io);
    io.stdout(`${file}: version ${after.version}, app ${version} carries every pin that is not retired.\n`);
    return 0;
  },
};
