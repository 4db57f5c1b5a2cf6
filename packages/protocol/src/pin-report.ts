import { parseSpkiPin, type SpkiPin } from './spki-pin.ts';
import { parseJsonObject } from './strict-json.ts';

/** Path under which a gateway takes reports of pin failures. */
export const PIN_REPORT_PATH = '/.well-known/sallyport-pin-reports';

/** What an app tells when a server showed no pinned key. Nothing in it is a secret or names a person. */
export interface PinFailureReport {
  readonly host: string;
  readonly appVersion: string;
  /** Version of the pin set in force; 0 for the one the app was built with. */
  readonly setVersion: number;
  /** The pins of the chain that was shown, leaf first. */
  readonly seen: readonly SpkiPin[];
}

/** Longest chain that is told. */
const MOST_SEEN = 10;

/** Reads a report; anybody may have written it. @returns `undefined` when it is none. */
export function parsePinReport(text: string): PinFailureReport | undefined {
  const { host, appVersion, setVersion, seen } = parseJsonObject(text) ?? {};
  if (typeof host !== 'string' || !/^[a-z0-9.-]{1,253}$/.test(host)) return undefined;
  if (typeof appVersion !== 'string' || !/^[\w.+-]{1,64}$/.test(appVersion)) return undefined;
  if (typeof setVersion !== 'number' || !Number.isSafeInteger(setVersion) || setVersion < 0) return undefined;
  if (!Array.isArray(seen) || seen.length > MOST_SEEN) return undefined;
  const pins = seen.map((each) => (typeof each === 'string' ? parseSpkiPin(each) : undefined));
  const known = pins.filter((pin) => pin !== undefined);
  return known.length === pins.length ? { host, appVersion, setVersion, seen: known } : undefined;
}

/** Writes a report. */
export function formatPinReport({ host, appVersion, setVersion, seen }: PinFailureReport): string {
  return JSON.stringify({ host, appVersion, setVersion, seen: seen.slice(0, MOST_SEEN) });
}
