import { checkClock } from '../set/check-clock.ts';
import { movePin } from '../set/move-pin.ts';
import { readPin } from '../set/parse-pin-set.ts';
import { PIN_STATES, type PinSet } from '../set/pin-set.ts';
import { promotePin } from '../set/promote-pin.ts';
import { needed, oneOf, type PinsCommand, readArgs } from './command.ts';
import { changeSet, DEFAULT_SET_FILE, existing } from './set-file.ts';

const options = {
  set: { type: 'string', argument: 'FILE', description: 'The pin set (default pins.json).' },
  for: { type: 'string', argument: 'HOST', description: 'The host of the set.' },
  compromised: { type: 'string', argument: 'REASON', description: 'Retire an active pin at once because its key is in other hands.' },
  served: {
    type: 'boolean',
    description: 'With STATE active: the backup key is served from now on, so it is a leaf key and no backup any more.',
  },
} as const;

export const move: PinsCommand = {
  name: 'move',
  summary: 'Move a pin to its next state: staged, active, retiring, retired.',
  usage: 'pins move PIN STATE --for HOST [--set FILE] [--compromised REASON] [--served]',
  detail: 'Refuses a move that would cut off an app in use, and says why.',
  example: 'sallyport pins move f7xqGQe/…= retiring --for api.example.com',
  options,
  async run(args, io) {
    const { values, positionals } = readArgs('move', args, options);
    const file = values.set ?? DEFAULT_SET_FILE;
    const pin = readPin(needed(positionals[0], 'PIN', 'move'));
    const to = oneOf(needed(positionals[1], 'STATE', 'move'), PIN_STATES, 'STATE');
    const host = needed(values.for, '--for HOST', 'move');
    const served = values.served === true;
    const change = (before: PinSet | undefined) => {
      const set = existing(before, file);
      checkClock(set, io.now());
      const isActive = set.hosts.some(
        (each) => each.host === host && each.pins.some((known) => known.pin === pin && known.state === 'active'),
      );
      const stays = served && to === 'active' && isActive;
      const moved = stays ? set : movePin(set, { host, pin, to, now: io.now(), compromised: values.compromised });
      return served ? promotePin(moved, host, pin) : moved;
    };
    const after = await changeSet(file, change, io);
    io.stdout(`${file}: version ${after.version}, ${pin} of ${host} is ${to}.\n`);
    return 0;
  },
};
