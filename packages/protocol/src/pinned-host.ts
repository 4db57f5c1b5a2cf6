import { parseSpkiPin, type SpkiPin } from './spki-pin.ts';
import type { JsonObject, JsonValue } from './strict-json.ts';

/** One host of a pin set as it goes over the wire. */
export interface WirePinnedHost {
  readonly host: string;
  readonly includeSubdomains: boolean;
  readonly reportOnly: boolean;
  /** Seconds since 1970; `undefined`: the pins hold for ever. */
  readonly expires: number | undefined;
  /** What happens once they expired. */
  readonly afterExpiry: 'refuse' | 'trust-store';
  /** SHA-256 of SubjectPublicKeyInfo of any certificate in the chain. */
  readonly pins: readonly SpkiPin[];
  /** SHA-256 of whole certificates. */
  readonly certificates: readonly SpkiPin[];
}

/** What a client was shown, from the leaf upwards as far as each certificate is really signed by the next. */
export interface SeenChain {
  readonly pins: readonly SpkiPin[];
  readonly certificates?: readonly SpkiPin[];
}

const HOST = /^(?=.{1,253}$)[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)*$/;

/** With one pin, the loss of one key cuts off every installed app (RFC 7469 §4.3). */
const LEAST_PINS = 2;
/** More pins for one host than any rotation needs; bounds what a client holds. */
const MOST_PINS = 64;

/**
 * The entry that governs a name: the one for this very name, or else the closest one above it that includes subdomains.
 *
 * @param name in lower case.
 * @returns `undefined` when no entry governs it; a client with a pin set refuses such a host.
 */
export function findPinnedHost<T extends Pick<WirePinnedHost, 'host' | 'includeSubdomains'>>(
  hosts: readonly T[],
  name: string,
): T | undefined {
  let closest: T | undefined;
  for (const entry of hosts) {
    if (entry.host === name) return entry;
    const below = entry.includeSubdomains && name.endsWith(`.${entry.host}`);
    if (below && entry.host.length > (closest?.host.length ?? 0)) closest = entry;
  }
  return closest;
}

/** Whether what was seen matches a pin of the host; expiry and report-only are not looked at. */
export function matchesPins(host: Pick<WirePinnedHost, 'pins' | 'certificates'>, seen: SeenChain): boolean {
  return seen.pins.some((pin) => host.pins.includes(pin)) || (seen.certificates ?? []).some((pin) => host.certificates.includes(pin));
}

/** Reads one host of a set. @returns `undefined` when it is malformed in any way, or has fewer than two pins. */
export function parsePinnedHost(value: JsonValue | undefined): WirePinnedHost | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  const { host, sub = false, report = false, exp, open = false, pins, certs = [] } = value as JsonObject;
  if (typeof host !== 'string' || !HOST.test(host)) return undefined;
  if (typeof sub !== 'boolean' || typeof report !== 'boolean' || typeof open !== 'boolean') return undefined;
  if (exp !== undefined && (typeof exp !== 'number' || !Number.isSafeInteger(exp))) return undefined;
  const keys = parsePins(pins);
  const certificates = parsePins(certs);
  if (keys === undefined || certificates === undefined || keys.length + certificates.length < LEAST_PINS) return undefined;
  return {
    host,
    includeSubdomains: sub,
    reportOnly: report,
    expires: exp,
    afterExpiry: open ? 'trust-store' : 'refuse',
    pins: keys,
    certificates,
  };
}

function parsePins(value: JsonValue | undefined): readonly SpkiPin[] | undefined {
  if (!Array.isArray(value) || value.length > MOST_PINS) return undefined;
  const pins = new Set<SpkiPin>();
  for (const text of value as readonly JsonValue[]) {
    const pin = typeof text === 'string' ? parseSpkiPin(text) : undefined;
    if (pin === undefined) return undefined;
    pins.add(pin);
  }
  return pins.size === value.length ? [...pins] : undefined;
}

/** The host in its short wire form; what is as usual is left out. */
export function formatPinnedHost({
  host,
  includeSubdomains,
  reportOnly,
  expires,
  afterExpiry,
  pins,
  certificates,
}: WirePinnedHost): JsonObject {
  return {
    host,
    ...(includeSubdomains && { sub: true }),
    ...(reportOnly && { report: true }),
    ...(expires !== undefined && { exp: expires }),
    ...(afterExpiry === 'trust-store' && { open: true }),
    pins,
    ...(certificates.length > 0 && { certs: certificates }),
  };
}
