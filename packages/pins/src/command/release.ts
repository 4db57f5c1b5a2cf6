import { recordRelease } from '../set/add-pin.ts';
import { needed, type PinsCommand, readArgs } from './command.ts';
import { changeSet, DEFAULT_SET_FILE, existing } from './set-file.ts';

const options = {
  set: { type: 'string', argument: 'FILE', description: 'The pin set (default pins.json).' },
  'remote-updates': { type: 'boolean', description: 'This version fetches signed pin sets.' },
} as const;

export const release: PinsCommand = {
  name: 'release',
  summary: 'Record that an app version ships with the pins of now.',
  usage: 'pins release VERSION [--set FILE] [--remote-updates]',
  detail: `Notes for every pin that is not retired that this app version carries it. From then on a pin is not retired while a version
that has no other live pin is in use.`,
  example: 'sallyport pins release 3.2.0',
  options,
  async run(args, io) {
    const { values, positionals } = readArgs('release', args, options);
    const file = values.set ?? DEFAULT_SET_FILE;
    const version = needed(positionals[0], 'VERSION', 'release');
    const remoteUpdates = values['remote-updates'] === true;
    const after = await changeSet(file, (set) => recordRelease(existing(set, file), version, { remoteUpdates }), io);
    io.stdout(`${file}: version ${after.version}, app ${version} carries every pin that is not retired.\n`);
    return 0;
  },
};
