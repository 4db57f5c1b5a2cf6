import { PinsError } from '../pins-error.ts';
import { replaceHost } from './move-pin.ts';
import { checkPinSet } from './parse-pin-set.ts';
import type { Pin, PinnedHost, PinSet } from './pin-set.ts';

export interface NewHost extends Omit<PinnedHost, 'pins'> {
  readonly pins: PinnedHost['pins'];
}

/**
 * Adds pins to a host that is in the set, and counts the version up.
 *
 * Once an app version carries pins of the host, a new pin must begin as `staged`: no app in the field has it yet.
 *
 * @throws PinsError `pin-was-retired`, `pin-duplicate`, `must-be-staged-first`.
 */
export function addPins(set: PinSet, hostName: string, pins: readonly Pin[]): PinSet {
  const host = set.hosts.find((each) => each.host === hostName);
  if (host === undefined) throw new PinsError('host-unlisted', `${hostName} is not in the set.`);
  const shipped = host.pins.some(({ carriedBy }) => carriedBy.length > 0);
  for (const pin of pins) {
    const known = host.pins.find((each) => each.pin === pin.pin);
    if (known?.state === 'retired') {
      throw new PinsError(
        'pin-was-retired',
        `${pin.pin} was retired from ${hostName}${known.reason ? ` (${known.reason})` : ''}. Make a new key.`,
      );
    }
    if (known !== undefined) throw new PinsError('pin-duplicate', `${pin.pin} is a pin of ${hostName} already (${known.state}).`);
    if (shipped && pin.state !== 'staged' && pin.role !== 'debug') {
      throw new PinsError(
        'must-be-staged-first',
        `${pin.pin} cannot join ${hostName} as ${pin.state}: apps in the field do not have it. Add it as staged, ship it, then make it active.`,
      );
    }
  }
  return checkPinSet(replaceHost(set, { ...host, pins: [...host.pins, ...pins] }), 'the set with the new pins');
}

/** Adds a host with its first pins, or makes a set of one. @throws PinsError `too-few-pins`, `pin-duplicate`, `set-malformed`. */
export function addHost(set: PinSet | undefined, host: NewHost): PinSet {
  const before: PinSet = set ?? { format: 'sallyport-pin-set/1', version: 0, apps: [], hosts: [] };
  return checkPinSet({ ...before, version: before.version + 1, hosts: [...before.hosts, host] }, 'the new set');
}

/** Records that an app version ships with every pin that is not retired, and counts the version up. */
export function recordRelease(set: PinSet, version: string, options: { readonly remoteUpdates?: boolean } = {}): PinSet {
  if (set.apps.some((app) => app.version === version)) {
    throw new PinsError('set-malformed', `App version ${version} is recorded already: what it carries cannot change after its release.`);
  }
  return checkPinSet(
    {
      ...set,
      version: set.version + 1,
      apps: [...set.apps, { version, supported: true, remoteUpdates: options.remoteUpdates ?? false }],
      hosts: set.hosts.map((host) => ({
        ...host,
        pins: host.pins.map((pin) =>
          pin.state === 'retired' || pin.role === 'debug' ? pin : { ...pin, carriedBy: [...pin.carriedBy, version] },
        ),
      })),
    },
    'the set with this release',
  );
}
