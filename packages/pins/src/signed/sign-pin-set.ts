import type { KeyObject } from 'node:crypto';
import {
  encodeBase64url,
  formatPinnedHost,
  MAX_JWS_LENGTH,
  pinSetSigningInput,
  type SignedPinSet,
  type WirePinnedHost,
} from '@sallyport/protocol';
import { PinsError } from '../pins-error.ts';
import type { Plan } from '../plan/plan.ts';
import { emittedPins } from '../set/live-pins.ts';
import { checkPinSet } from '../set/parse-pin-set.ts';
import type { PinnedHost, PinSet } from '../set/pin-set.ts';
import { nodePinSetKeyOf, signText } from './signing-key.ts';

const DAY = 86_400_000;

export interface SignOptions {
  readonly key: KeyObject;
  /** Milliseconds since 1970. */
  readonly now: number;
  /** How long clients may take the set in, in days. Sign again before that; 30 days survive a holiday. */
  readonly days?: number;
  /** What {@link makePlan} says of this very set. */
  readonly plan: Plan;
  /** The set signed before. This one must have a higher version, or be the same and only get more time. */
  readonly previous?: SignedPinSet | undefined;
  /** Why a set that hangs on a single path is published all the same. */
  readonly acceptSinglePath?: string | undefined;
  /** Signed with the second key for the day when every pinned key is lost; the plan then does not stand in the way. */
  readonly breakGlass?: boolean;
}

const DEFAULT_DAYS = 30;

/**
 * Signs a set for release.
 *
 * Refused, each with its own code: a debugging override inside; a set that will cut apps off; one that hangs on a single
 * path, unless a reason is given; expired pins; a version that does not grow; a set too large for the wire.
 *
 * @returns the token, a JWS in compact form.
 * @throws PinsError
 */
export function signPinSet(set: PinSet, options: SignOptions): string {
  const { key, now, days = DEFAULT_DAYS, plan, previous, breakGlass = false } = options;
  checkPinSet(set, 'the set');
  refuseUnsafe(set, options);
  if (!breakGlass) refuseByPlan(plan, set, options.acceptSinglePath);
  const wire: SignedPinSet = {
    version: set.version,
    issuedAt: Math.floor(now / 1000),
    expiresAt: Math.floor((now + days * DAY) / 1000),
    hosts: set.hosts.map(wireHost),
  };
  if (previous !== undefined) refuseRollback(wire, previous);
  const input = pinSetSigningInput(wire, nodePinSetKeyOf(key, 'the signing key'), breakGlass);
  const token = `${input}.${encodeBase64url(signText(key, input))}`;
  if (token.length > MAX_JWS_LENGTH) {
    throw new PinsError(
      'set-too-large',
      `The signed set has ${token.length} characters, clients read ${MAX_JWS_LENGTH}. Retire pins, or split the hosts.`,
    );
  }
  return token;
}

function refuseUnsafe(set: PinSet, { now }: SignOptions): void {
  for (const { host, pins, expires } of set.hosts) {
    if (pins.some(({ role, state }) => role === 'debug' && state !== 'retired')) {
      throw new PinsError(
        'debug-pin',
        `${host} has a debugging override: whoever holds that key would read all traffic. Retire it before signing.`,
      );
    }
    if (expires !== undefined && Date.parse(expires) <= now) {
      throw new PinsError('set-expired', `${host}: the pins expired on ${expires.slice(0, 10)}. Set a later date, or none.`);
    }
  }
}

function refuseRollback(wire: SignedPinSet, previous: SignedPinSet): void {
  if (wire.version > previous.version) return;
  const pinsOf = ({ hosts }: SignedPinSet) => JSON.stringify(hosts.map(formatPinnedHost));
  if (wire.version === previous.version && pinsOf(wire) === pinsOf(previous)) return;
  throw new PinsError(
    'version-not-monotonic',
    `The set has version ${wire.version} and ${previous.version} was signed already: clients would refuse it. Count its version up.`,
  );
}

function refuseByPlan(plan: Plan, set: PinSet, acceptSinglePath: string | undefined): void {
  if (plan.version !== set.version)
    throw new PinsError('plan-breaks', `The plan is of version ${plan.version}, the set of ${set.version}. Plan again.`);
  const worst = plan.hosts.find(({ verdict }) => verdict === 'breaks') ?? plan.hosts.find(({ verdict }) => verdict === 'single-path');
  const failed = worst?.outcomes.find(({ verdict, id }) => verdict === 'breaks' && id !== 'pins-expire');
  if (worst === undefined || failed === undefined) return;
  const what = `${worst.host}: ${failed.why}. ${failed.remedy}`;
  if (worst.verdict === 'breaks') throw new PinsError('plan-breaks', `${what} See: sallyport pins plan.`);
  if (acceptSinglePath === undefined || acceptSinglePath.trim() === '') {
    throw new PinsError('single-path', `${what} If you must publish it so, say why: --accept-single-path REASON.`);
  }
}

/** A host as clients get it: neither retired pins nor what only people need. */
export function wireHost(host: PinnedHost): WirePinnedHost {
  const pins = emittedPins(host);
  return {
    host: host.host,
    includeSubdomains: host.includeSubdomains,
    reportOnly: host.reportOnly,
    expires: host.expires === undefined ? undefined : Math.floor(Date.parse(host.expires) / 1000),
    afterExpiry: host.afterExpiry,
    pins: pins.filter(({ kind }) => kind === 'spki').map(({ pin }) => pin),
    certificates: pins.filter(({ kind }) => kind === 'certificate').map(({ pin }) => pin),
  };
}
