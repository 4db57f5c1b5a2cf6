import { movePin } from '../set/move-pin.ts';
import { readPin } from '../set/parse-pin-set.ts';
import { PIN_STATES } from '../set/pin-set.ts';
import { needed, oneOf, type PinsCommand, readArgs } from './command.ts';
import { DEFAULT_SET_FILE, loadSet, saveSet } from './set-file.ts';

export const move: PinsCommand = {
  name: 'move',
  summary: 'Move a pin to its next state: staged, active, retiring, retired',
  help: `Usage: sallyport pins move PIN STATE --for HOST [--set FILE] [--compromised REASON]

Refuses a move that would cut off an app in use, and says why.

  --compromised REASON   retire an active pin at once because its key is in other hands

Example: sallyport pins move f7xqGQe/…= retiring --for api.example.com`,
  async run(args, io) {
    const { values, positionals } = readArgs('move', args, {
      set: { type: 'string' },
      for: { type: 'string' },
      compromised: { type: 'string' },
    });
    const file = values.set ?? DEFAULT_SET_FILE;
    const pin = readPin(needed(positionals[0], 'PIN', 'move'));
    const to = oneOf(needed(positionals[1], 'STATE', 'move'), PIN_STATES, 'STATE');
    const host = needed(values.for, '--for HOST', 'move');
    const after = movePin(await loadSet(file, io), { host, pin, to, now: io.now(), compromised: values.compromised });
    await saveSet(file, after, io);
    io.stdout(`${file}: version ${after.version}, ${pin} of ${host} is ${to}.\n`);
    return 0;
  },
};
