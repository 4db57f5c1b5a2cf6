import { parseJsonObject, parseSpkiPin } from '@sallyport/protocol';
import { PinsError } from '../pins-error.ts';
import { emittedPins, livePins } from './live-pins.ts';
import { type PinSet, pinSetSchema } from './pin-set.ts';

/** Fewest pins an app may carry for a host: with one, losing that key loses every user (RFC 7469 §4.3). */
export const LEAST_PINS = 2;

/**
 * Reads a pin-set file.
 *
 * @param name what messages call it.
 * @throws PinsError with a code of its own for each fault: no JSON of ours, a malformed, doubled or single pin.
 * @example parsePinSet(await readFile('pins.json', 'utf8'), 'pins.json')
 */
export function parsePinSet(text: string, name: string): PinSet {
  if (text.trim() === '') throw new PinsError('file-empty', `${name} is empty. Restore it from version control, or make a new one.`);
  const json = parseJsonObject(text);
  if (json === undefined) {
    throw new PinsError('set-malformed', `${name} is no JSON object, or has a key twice. Restore it from version control.`);
  }
  const result = pinSetSchema.safeParse(json);
  if (!result.success) {
    const issue = result.error.issues[0];
    const path = issue?.path ?? [];
    const code = path.at(-1) === 'pin' ? 'pin-malformed' : path.at(-1) === 'host' ? 'host-malformed' : 'set-malformed';
    throw new PinsError(code, `${name}: ${pathText(path)} ${issue?.message ?? 'is not as the format asks'}.`);
  }
  return checkPinSet(result.data, name);
}

/** The rules between fields. @throws PinsError `pin-duplicate`, `too-few-pins`, `last-live-pin`, `set-malformed`. */
export function checkPinSet(set: PinSet, name: string): PinSet {
  const seen = new Set<string>();
  for (const host of set.hosts) {
    if (seen.has(host.host)) throw new PinsError('set-malformed', `${name}: ${host.host} is listed twice. Join the two entries.`);
    seen.add(host.host);
    const pins = new Set<string>();
    for (const { pin } of host.pins) {
      if (pins.has(pin)) throw new PinsError('pin-duplicate', `${name}: ${host.host} has the pin ${pin} twice. Remove one.`);
      pins.add(pin);
    }
    if (emittedPins(host).length < LEAST_PINS) {
      throw new PinsError(
        'too-few-pins',
        `${name}: ${host.host} needs at least two pins that are not retired: losing the only key would cut off every user. Add a backup key.`,
      );
    }
    if (livePins(host).length === 0) {
      throw new PinsError('last-live-pin', `${name}: ${host.host} has no active pin, so no server can be reached. Make one active.`);
    }
  }
  const versions = new Set(set.apps.map(({ version }) => version));
  if (versions.size < set.apps.length) throw new PinsError('set-malformed', `${name}: an app version is listed twice.`);
  return set;
}

/** The text of a pin-set file. Defaults that say nothing are left out, so that a diff shows what changed. */
export function formatPinSet(set: PinSet): string {
  const plain = {
    ...set,
    hosts: set.hosts.map((host) => ({
      ...host,
      pins: host.pins.map(({ carriedBy, ...pin }) => ({ ...pin, ...(carriedBy.length > 0 && { carriedBy }) })),
    })),
  };
  return `${JSON.stringify(plain, null, 2)}\n`;
}

function pathText(path: readonly PropertyKey[]): string {
  return path.reduce<string>(
    (text, part) => (typeof part === 'number' ? `${text}[${part}]` : text === '' ? String(part) : `${text}.${String(part)}`),
    '',
  );
}

/** Reads one pasted pin. @throws PinsError `pin-malformed` with the usual cause named. */
export function readPin(text: string) {
  const pin = parseSpkiPin(text.trim());
  if (pin !== undefined) return pin;
  const why = /^[0-9a-fA-F:]{64,95}$/.test(text.trim())
    ? 'it is in hex: convert it with xxd -r -p | base64'
    : /^[\w-]{43}$/.test(text.trim())
      ? 'it is base64url: use + and /, and end it with ='
      : 'a pin is 44 characters of base64 ending in =';
  throw new PinsError('pin-malformed', `"${text.slice(0, 80)}" is no pin: ${why}.`);
}
