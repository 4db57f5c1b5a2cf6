import { PinsError } from '../pins-error.ts';
import { replaceHost } from './move-pin.ts';
import { checkPinSet } from './parse-pin-set.ts';
import type { PinSet } from './pin-set.ts';

/**
 * Records that an own key has changed its part: a backup key taken out of its safe is a leaf key from then on, and no
 * backup any more. Counts the version up.
 *
 * @throws PinsError `host-unlisted`, `pin-unlisted`; `pin-not-carried` when the pin is not active: apps would refuse it.
 */
export function promotePin(set: PinSet, hostName: string, pin: string): PinSet {
  const host = set.hosts.find((each) => each.host === hostName);
  if (host === undefined) throw new PinsError('host-unlisted', `${hostName} is not in the set.`);
  const known = host.pins.find((each) => each.pin === pin);
  if (known === undefined) throw new PinsError('pin-unlisted', `${pin} is no pin of ${hostName}.`);
  if (known.state !== 'active') {
    throw new PinsError(
      'pin-not-carried',
      `${pin} of ${hostName} is ${known.state}, so apps may refuse a server that shows it. Make it active first.`,
    );
  }
  const pins = host.pins.map((each) => (each === known ? { ...each, role: 'leaf' as const } : each));
  return checkPinSet(replaceHost(set, { ...host, pins }), 'the set after this');
}
