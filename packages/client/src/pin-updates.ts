import {
  type PinSetKey,
  type PinSetRefusal,
  type PinSetVerification,
  parseCompactJws,
  type SeenChain,
  type SignedPinSet,
  type SpkiPin,
  verifyPinSet,
} from '@sallyport/protocol';
import type { PinPolicy } from './pin-policy.ts';
import type { CredentialStore } from './ports.ts';

/** Where signed pin sets come from: the gateway, over a connection whose keys are told. Nothing secret is sent. */
export interface PinSetSource {
  /** @returns `undefined` when there is none, or none since the last one. @throws TransportError */
  fetch(): Promise<{ readonly token: string; readonly seen: SeenChain } | undefined>;
}

export interface PinUpdatesOptions<Key extends PinSetKey> {
  /** Host the sets come from. */
  readonly host: string;
  /** The set the app was built with. */
  readonly builtIn: { readonly version: number; readonly policy: PinPolicy };
  readonly source: PinSetSource;
  /** Keeps the last good set. It needs no secrecy, and what is read from it is verified again. */
  readonly store: CredentialStore;
  readonly releaseKey: Key;
  readonly breakGlassKey?: Key | undefined;
  readonly verify: PinSetVerification<Key>['verify'];
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/** What came of looking for a set. A refused one changes nothing. */
export type PinUpdate =
  | { readonly outcome: 'kept'; readonly version: number; readonly breakGlass: boolean }
  | { readonly outcome: 'none' }
  | { readonly outcome: 'refused'; readonly refusal: PinSetRefusal | 'unusable' };

export interface PinUpdates {
  /** The pins to start with: the last good set, or the built-in one if that is newer or nothing is kept. Call it once, at start. */
  atStart(): Promise<{ readonly version: number; readonly policy: PinPolicy }>;
  /** Looks for a newer set and keeps it for the next start. Never changes what is in force now. */
  refresh(): Promise<PinUpdate>;
}

/**
 * Keeps the pins of an app up to date by signed sets.
 *
 * A set is taken in only when {@link verifyPinSet} says so: signed, in time, newer than all before, and matching the very
 * connection it came over unless it is signed with the break-glass key. It comes into force at the next start, because
 * platforms do not ask again about connections that are open.
 *
 * @example const { policy } = await updates.atStart(); const platform = nodePlatform({ pins: policy }); void updates.refresh()
 */
export function createPinUpdates<Key extends PinSetKey>(options: PinUpdatesOptions<Key>): PinUpdates {
  const { host, builtIn, source, store, releaseKey, breakGlassKey, verify, now } = options;
  const check = (token: string, more: Pick<PinSetVerification<Key>, 'now' | 'currentVersion' | 'connection'>) =>
    verifyPinSet({ token, releaseKey, breakGlassKey, verify, ...more });

  async function lastGood(): Promise<SignedPinSet | undefined> {
    const token = await store.read();
    if (token === undefined) return undefined;
    // A good set stays in force beyond its time, or a server that cannot be reached would switch pins off. So it is
    // verified as on the day it was issued.
    const issuedAt = parseCompactJws(token)?.payload.iat;
    if (typeof issuedAt !== 'number') return undefined;
    const { set } = await check(token, { now: issuedAt * 1000, currentVersion: builtIn.version });
    return set !== undefined && policyOf(set) !== undefined ? set : undefined;
  }

  return {
    async atStart() {
      const set = await lastGood();
      const policy = set && policyOf(set);
      return set !== undefined && policy !== undefined ? { version: set.version, policy } : builtIn;
    },
    async refresh() {
      const fetched = await source.fetch();
      if (fetched === undefined) return { outcome: 'none' };
      const current = await lastGood();
      const verdict = await check(fetched.token, {
        now: now(),
        currentVersion: current?.version ?? builtIn.version,
        connection: { host, seen: fetched.seen },
      });
      if (verdict.refusal !== undefined) {
        return verdict.refusal === 'rollback' ? { outcome: 'none' } : { outcome: 'refused', refusal: verdict.refusal };
      }
      if (policyOf(verdict.set) === undefined) return { outcome: 'refused', refusal: 'unusable' };
      await store.save(fetched.token);
      return { outcome: 'kept', version: verdict.set.version, breakGlass: verdict.breakGlass };
    },
  };
}

/**
 * A set as this client enforces it.
 *
 * @returns `undefined` when it asks for what this client cannot do (whole certificates only, some hosts report-only and
 * others not): enforcing something else than was signed would be worse than keeping the last good set.
 */
export function policyOf({ hosts }: SignedPinSet): PinPolicy | undefined {
  const modes = new Set(hosts.map(({ reportOnly }) => reportOnly));
  if (modes.size > 1 || hosts.some(({ pins, includeSubdomains }) => pins.length < 2 || includeSubdomains)) return undefined;
  const entries: Record<string, { pins: readonly SpkiPin[]; expires?: number }> = {};
  for (const { host, pins, expires, afterExpiry } of hosts) {
    // Pins that open after their expiry are held for longer here, never for less.
    entries[host] = { pins, ...(expires !== undefined && afterExpiry === 'refuse' && { expires: expires * 1000 }) };
  }
  return { mode: modes.has(true) ? 'report' : 'enforce', hosts: entries };
}
