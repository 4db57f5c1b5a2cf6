import { PinsError, type PinsErrorCode } from '../pins-error.ts';
import { livePins, strandedVersions } from './live-pins.ts';
import { checkPinSet } from './parse-pin-set.ts';
import type { Pin, PinnedHost, PinSet, PinState } from './pin-set.ts';

export interface Move {
  readonly host: string;
  readonly pin: string;
  readonly to: PinState;
  /** Milliseconds since 1970. */
  readonly now: number;
  /** Why an active pin skips `retiring`: its key is in other hands. Recorded in the set. */
  readonly compromised?: string | undefined;
}

type Refusal = readonly [code: PinsErrorCode, why: string];

const SAME: Refusal = ['move-same-state', 'it is in that state already'];
const FINAL: Refusal = ['retired-is-final', 'a retired key may be known to others and is in no new app; make a new key and stage it'];

/** Every move of the life cycle: allowed (`undefined`), or refused with its reason. */
const MOVES: Readonly<Record<PinState, Readonly<Record<PinState, Refusal | undefined>>>> = {
  staged: {
    staged: SAME,
    active: undefined,
    retiring: ['staged-never-served', 'it was never active, so there is nothing to phase out; retire it instead'],
    retired: undefined,
  },
  active: {
    staged: ['active-cannot-be-staged', 'apps rely on it already; retire it step by step instead'],
    active: SAME,
    retiring: undefined,
    retired: ['active-must-retire-first', 'apps may be talking to it; move it to retiring first, or say it is compromised'],
  },
  retiring: {
    staged: ['retiring-cannot-be-staged', 'apps carry it already; make it active again, or retire it'],
    // The way back when a rotation goes wrong: every app that had it still has it.
    active: undefined,
    retiring: SAME,
    retired: undefined,
  },
  retired: { staged: FINAL, active: FINAL, retiring: FINAL, retired: SAME },
};

/**
 * Moves one pin to another state and counts the version up.
 *
 * Refused, each with its own code: a move the life cycle does not have; one that would leave a host without a live pin or
 * with fewer than two pins; one that would strand an app version still in use; serving a key no app carries.
 *
 * @throws PinsError
 * @example movePin(set, { host: 'api.example.com', pin, to: 'active', now: Date.now() })
 */
export function movePin(set: PinSet, move: Move): PinSet {
  const { host, pin } = find(set, move);
  const refusal = MOVES[pin.state][move.to];
  const emergency = move.compromised !== undefined && pin.state === 'active' && move.to === 'retired';
  if (refusal !== undefined && !emergency) {
    throw new PinsError(refusal[0], `${pin.pin} of ${host.host} cannot go from ${pin.state} to ${move.to}: ${refusal[1]}.`);
  }
  if (move.to === 'active' && pin.state === 'staged' && set.apps.length > 0 && pin.carriedBy.length === 0) {
    throw new PinsError(
      'pin-not-carried',
      `${pin.pin} of ${host.host} cannot be made active: no app version carries it, so a server using it would be refused by all. Ship it first.`,
    );
  }
  const moved: Pin = {
    ...pin,
    state: move.to,
    since: new Date(move.now).toISOString(),
    ...(move.compromised !== undefined && { reason: move.compromised }),
  };
  const after = replaceHost(set, { ...host, pins: host.pins.map((each) => (each === pin ? moved : each)) });
  refuseDeadEnds(after, host.host);
  return checkPinSet(after, 'the set after this move');
}

function find(set: PinSet, move: Move): { readonly host: PinnedHost; readonly pin: Pin } {
  const host = set.hosts.find((each) => each.host === move.host);
  if (host === undefined)
    throw new PinsError('host-unlisted', `${move.host} is not in the set. Listed: ${set.hosts.map((each) => each.host).join(', ')}.`);
  const pin = host.pins.find((each) => each.pin === move.pin);
  if (pin === undefined) throw new PinsError('pin-unlisted', `${move.pin} is no pin of ${move.host}. See them with: sallyport pins show.`);
  return { host, pin };
}

/** @throws PinsError `last-live-pin`, `app-version-stranded`. */
function refuseDeadEnds(set: PinSet, name: string): void {
  const host = set.hosts.find((each) => each.host === name) as PinnedHost;
  if (livePins(host).length === 0) {
    throw new PinsError(
      'last-live-pin',
      `${name} would have no live pin left and every app would be cut off. Make another pin active first.`,
    );
  }
  const stranded = strandedVersions(set, host);
  if (stranded.length > 0) {
    const versions = stranded.map(({ version }) => version).join(', ');
    throw new PinsError(
      'app-version-stranded',
      `${name}: app ${versions} would carry no live pin and be cut off. Wait until it is out of use, or force its update (supported: false).`,
    );
  }
}

/** The set with one host replaced and the version counted up. */
export function replaceHost(set: PinSet, host: PinnedHost): PinSet {
  return { ...set, version: set.version + 1, hosts: set.hosts.map((each) => (each.host === host.host ? host : each)) };
}
