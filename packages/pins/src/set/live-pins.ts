import type { AppVersion, Pin, PinnedHost, PinSet } from './pin-set.ts';

/** The pins apps are built with: all but the retired ones. Debugging overrides only when asked for. */
export function emittedPins(host: PinnedHost, withDebug = false): readonly Pin[] {
  return host.pins.filter(({ state, role }) => state !== 'retired' && (withDebug || role !== 'debug'));
}

/** The pins that are a way to life: active ones, whose key can be served now. A debugging override is none. */
export function livePins(host: PinnedHost): readonly Pin[] {
  return host.pins.filter(({ state, role }) => state === 'active' && role !== 'debug');
}

/**
 * The supported app versions that know this host and carry none of its live pins: their users are cut off.
 *
 * A version no pin of the host names was built before the host was pinned, or without it, and loses nothing. A version
 * that fetches signed sets can still be stranded: it fetches them over a connection that its own pins must match.
 */
export function strandedVersions(set: PinSet, host: PinnedHost): readonly AppVersion[] {
  const live = livePins(host);
  return set.apps.filter(({ version, supported }) => {
    const carries = ({ carriedBy }: Pin) => carriedBy.includes(version);
    return supported && host.pins.some(carries) && !live.some(carries);
  });
}
