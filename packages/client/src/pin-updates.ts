import {
  decodeBase64url,
  type PinSetKey,
  type PinSetRefusal,
  type PinSetVerification,
  parsePinSetToken,
  type SeenChain,
  type SignedPinSet,
  type SpkiPin,
  verifyPinSet,
} from '@sallyport/protocol';
import type { PinPolicy } from './pin-policy.ts';
import type { CredentialStore } from './ports.ts';
import { TransportError } from './transport-error.ts';

/** Where signed pin sets come from: the gateway. Nothing secret is sent. */
export interface PinSetSource {
  /**
   * @param pins enforced on the connection; `undefined`: the platform's trust alone decides.
   * @returns the set and the keys of the chain shown; `undefined` when there is none.
   * @throws TransportError
   */
  fetch(pins: PinPolicy | undefined): Promise<{ readonly token: string; readonly seen: SeenChain } | undefined>;
}

export interface PinUpdatesOptions<Key extends PinSetKey> {
  /** Host the sets come from. */
  readonly host: string;
  /** The set the app was built with. */
  readonly builtIn: PinsInForce;
  readonly source: PinSetSource;
  /** Keeps the last good set. It needs no secrecy, and what is read from it is verified again. */
  readonly store: CredentialStore;
  readonly releaseKey: Key;
  readonly breakGlassKey?: Key | undefined;
  readonly verify: PinSetVerification<Key>['verify'];
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/** A pin set and its version, which a pin report names. */
export interface PinsInForce {
  readonly version: number;
  readonly policy: PinPolicy;
}

/** What came of looking for a set. A refused one changes nothing. */
export type PinUpdate =
  | { readonly outcome: 'kept'; readonly version: number; readonly breakGlass: boolean }
  | { readonly outcome: 'none' }
  | { readonly outcome: 'refused'; readonly refusal: PinSetRefusal | 'unusable' };

export interface PinUpdates {
  /** The pins to start with: the last good set, or the built-in one if that is newer or nothing is kept. Call it once, at start. */
  atStart(): Promise<PinsInForce>;
  /**
   * Looks for a newer set and keeps it for the next start. Never changes what is in force now. One look at a time: whoever
   * asks during one gets its outcome.
   *
   * @throws TransportError when the gateway was not reached, or failed the pins in force and had no break-glass set.
   */
  refresh(): Promise<PinUpdate>;
}

/**
 * Keeps the pins of an app up to date by signed sets.
 *
 * A set is fetched over a connection on which the pins in force are enforced, and taken in only when {@link verifyPinSet}
 * says so: signed, in time, newer than all before, and with a pin that matches the very connection it came over. Only when
 * that connection fails the pins, the platform's trust alone is tried once, and what comes over it is taken in only if it
 * is signed with the break-glass key.
 *
 * It comes into force at the next start, because
 * platforms do not ask again about connections that are open.
 *
 * @example const { policy } = await updates.atStart(); const platform = nodePlatform({ pins: policy }); void updates.refresh()
 */
export function createPinUpdates<Key extends PinSetKey>(options: PinUpdatesOptions<Key>): PinUpdates {
  const { host, builtIn, source, store, releaseKey, breakGlassKey, verify, now } = options;
  let inForce: PinsInForce | undefined;
  let looking: Promise<PinUpdate> | undefined;
  const check = (token: string, more: Pick<PinSetVerification<Key>, 'now' | 'currentVersion' | 'connection'>) =>
    verifyPinSet({ token, releaseKey, breakGlassKey, verify, ...more });

  async function lastGood(): Promise<SignedPinSet | undefined> {
    const token = await store.read();
    if (token === undefined) return undefined;
    // A good set stays in force beyond its time, or a server that cannot be reached would switch pins off. So it is
    // verified as on the day it was issued.
    const issuedAt = parsePinSetToken(token)?.set.issuedAt ?? 0;
    const { set } = await check(token, { now: issuedAt * 1000, currentVersion: builtIn.version });
    return set !== undefined && policyOf(set) !== undefined ? set : undefined;
  }

  async function atStart(): Promise<PinsInForce> {
    const set = await lastGood();
    const policy = set && policyOf(set);
    inForce = set !== undefined && policy !== undefined ? { version: set.version, policy } : builtIn;
    return inForce;
  }

  async function fetchSet({ policy }: PinsInForce) {
    try {
      return await source.fetch(policy);
    } catch (error) {
      const failedPins = error instanceof TransportError && error.failure === 'pin-failure';
      if (!failedPins || breakGlassKey === undefined) throw error;
      const fetched = await source.fetch(undefined).catch(() => undefined);
      if (fetched === undefined) throw error;
      // Whatever was shown counts for nothing, so that no set but a break-glass one gets by.
      return { token: fetched.token, seen: { pins: [] } };
    }
  }

  async function look(): Promise<PinUpdate> {
    const fetched = await fetchSet(inForce ?? (await atStart()));
    if (fetched === undefined) return { outcome: 'none' };
    const { token, seen } = fetched;
    const currentVersion = (await lastGood())?.version ?? builtIn.version;
    if (parsePinSetToken(token)?.set.version === currentVersion) return { outcome: 'none' };
    const verdict = await check(token, { now: now(), currentVersion, connection: { host, seen } });
    if (verdict.refusal !== undefined) return { outcome: 'refused', refusal: verdict.refusal };
    if (policyOf(verdict.set) === undefined) return { outcome: 'refused', refusal: 'unusable' };
    await store.save(token);
    return { outcome: 'kept', version: verdict.set.version, breakGlass: verdict.breakGlass };
  }

  return {
    atStart,
    refresh() {
      // Two at once could keep the older set of two.
      looking ??= look().finally(() => {
        looking = undefined;
      });
      return looking;
    },
  };
}

/**
 * A set as this client enforces it.
 *
 * @returns `undefined` when it asks for what this client cannot do (subdomains, some hosts report-only and others not):
 * enforcing something else than was signed would be worse than keeping the last good set.
 */
export function policyOf({ hosts }: SignedPinSet): PinPolicy | undefined {
  const modes = new Set(hosts.map(({ reportOnly }) => reportOnly));
  if (modes.size > 1 || hosts.some(({ includeSubdomains }) => includeSubdomains)) return undefined;
  const entries: Record<string, PinPolicy['hosts'][string]> = {};
  for (const { host, pins, certificates, expires, afterExpiry } of hosts) {
    entries[host] = {
      pins,
      ...(certificates.length > 0 && { certificates: certificates.map(toFingerprint) }),
      // Pins that open after their expiry are held for longer here, never for less.
      ...(expires !== undefined && afterExpiry === 'refuse' && { expires: expires * 1000 }),
    };
  }
  return { mode: modes.has(true) ? 'report' : 'enforce', hosts: entries };
}

/** The hash of a whole certificate in the spelling of {@link PinPolicy}. */
function toFingerprint(pin: SpkiPin): string {
  const bytes = decodeBase64url(pin.slice(0, -1).replaceAll('+', '-').replaceAll('/', '_')) ?? [];
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
