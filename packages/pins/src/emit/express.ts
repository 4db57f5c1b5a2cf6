import { PinsError } from '../pins-error.ts';
import { emittedPins } from '../set/live-pins.ts';
import { LEAST_PINS } from '../set/parse-pin-set.ts';
import type { Pin, PinnedHost, PinSet } from '../set/pin-set.ts';
import type { Abilities, ExpressedHost, ExpressedPin, Expression } from './emitter.ts';

export interface Expressed {
  readonly expression: Expression;
  /** What the platform cannot say, one sentence each. */
  readonly notes: readonly string[];
}

export interface ExpressOptions {
  /** Milliseconds since 1970. */
  readonly now: number;
  /** Whether debugging overrides go in. Such an output must not be released. */
  readonly debug?: boolean;
}

/**
 * Reduces a set to what a platform can hold, and says in notes what was lost.
 *
 * Never weakens silently and never strengthens silently: a report-only host that the platform could only enforce is left
 * out, and so is a host of which fewer than two pins would remain.
 *
 * @throws PinsError `set-expired`, `too-few-expressible`, `nothing-expressible`.
 */
export function express(set: PinSet, abilities: Abilities, options: ExpressOptions): Expressed {
  const notes: string[] = [];
  const hosts: ExpressedHost[] = [];
  if (abilities.reportOnly === 'set' && new Set(set.hosts.map(({ reportOnly }) => reportOnly)).size > 1) {
    throw new PinsError(
      'nothing-expressible',
      'This form has one mode for all hosts, and the set enforces some and only reports on others. Keep the report-only hosts in a set of their own.',
    );
  }
  for (const host of set.hosts) {
    if (host.reportOnly && abilities.reportOnly === 'none') {
      notes.push(`${host.host}: report-only cannot be expressed; the host is left out, because enforcing was not asked for.`);
      continue;
    }
    const pins = placePins(host, emittedPins(host, options.debug), abilities, notes);
    if (pins.length < LEAST_PINS) {
      throw new PinsError(
        'too-few-expressible',
        `${host.host}: this platform can hold only ${pins.length} of its pins, and one lost key would cut off every user. ${advice(abilities)}`,
      );
    }
    hosts.push({
      host: host.host,
      includeSubdomains: subdomains(host, abilities, notes),
      reportOnly: host.reportOnly,
      ...expiry(host, abilities, options.now, notes),
      pins,
    });
  }
  if (hosts.length === 0) throw new PinsError('nothing-expressible', `No host of the set can be expressed: ${notes.join(' ')}`);
  if (set.reportUri !== undefined && !abilities.reportUri)
    notes.push('The report address cannot be expressed; failures are not reported from here.');
  return {
    expression: {
      hosts,
      version: abilities.version ? set.version : undefined,
      reportUri: abilities.reportUri ? set.reportUri : undefined,
    },
    notes,
  };
}

function advice({ place }: Abilities): string {
  if (place === 'leaf') return 'It matches the leaf key alone: pin the key served and a backup key.';
  if (place === 'separate') return 'It asks for a match in both lists, leaf and authority: hold two pins of one sort.';
  return 'It matches public keys only: pin keys, not whole certificates.';
}

function placePins({ host }: PinnedHost, pins: readonly Pin[], abilities: Abilities, notes: string[]): readonly ExpressedPin[] {
  const whole = pins.filter(({ kind }) => kind === 'certificate');
  if (whole.length > 0 && !abilities.certificatePins) {
    notes.push(
      `${host}: ${count(whole.length, 'whole-certificate pin')} cannot be expressed and ${whole.length === 1 ? 'is' : 'are'} left out.`,
    );
  }
  const usable = abilities.certificatePins ? pins : pins.filter(({ kind }) => kind === 'spki');
  if (abilities.place === 'any') return usable.map(({ pin, kind }) => ({ pin, kind, place: 'any' }));
  const own = usable.filter(({ role }) => role === 'leaf' || role === 'backup' || role === 'debug');
  const authorities = usable.filter(({ role }) => role === 'intermediate' || role === 'root');
  if (abilities.place === 'leaf') {
    if (authorities.length > 0)
      notes.push(`${host}: ${count(authorities.length, 'pin')} of the issuer left out; only the leaf key is compared.`);
    return own.map(({ pin, kind }) => ({ pin, kind, place: 'leaf' }));
  }
  // Both lists at once would mean "and": the backup key under another issuer would be refused.
  const chosen = own.length >= LEAST_PINS || authorities.length < LEAST_PINS ? own : authorities;
  const left = chosen === own ? authorities : own;
  if (left.length > 0) {
    notes.push(
      `${host}: ${count(left.length, chosen === own ? 'pin of the issuer' : 'pin of own keys')} left out; a second list would have to match as well, not instead.`,
    );
  }
  return chosen.map(({ pin, kind }) => ({ pin, kind, place: chosen === own ? 'leaf' : 'authority' }));
}

function subdomains({ host, includeSubdomains }: PinnedHost, abilities: Abilities, notes: string[]): boolean {
  if (!includeSubdomains) return false;
  if (abilities.subdomains === 'one-label') notes.push(`${host}: subdomains are covered one label deep only; a.b.${host} is not pinned.`);
  if (abilities.subdomains === 'none') notes.push(`${host}: subdomains cannot be expressed and are not pinned.`);
  return abilities.subdomains !== 'none';
}

function expiry(
  { host, expires, afterExpiry }: PinnedHost,
  abilities: Abilities,
  now: number,
  notes: string[],
): Pick<ExpressedHost, 'expires' | 'afterExpiry'> {
  if (expires === undefined) return {};
  const at = Date.parse(expires);
  const day = expires.slice(0, 10);
  if (at <= now)
    throw new PinsError('set-expired', `${host}: the pins expired on ${day} and would protect nothing. Set a later date, or none.`);
  if (abilities.expiry === 'none') {
    notes.push(`${host}: the expiry (${day}) cannot be expressed; apps enforce these pins for ever.`);
    return {};
  }
  if (!abilities.afterExpiry.includes(afterExpiry)) {
    const does = afterExpiry === 'refuse' ? 'would let any trusted certificate pass after it' : 'would refuse the host after it';
    notes.push(`${host}: the expiry (${day}) is left out, because this platform ${does}; apps enforce these pins for ever.`);
    return {};
  }
  // Whole seconds: Swift counts them, and nobody ends a pin at a millisecond.
  const instant = new Date(Math.floor(at / 1000) * 1000).toISOString();
  if (abilities.expiry === 'day' && !instant.endsWith('T00:00:00.000Z'))
    notes.push(`${host}: the expiry is rounded down to the day ${day}.`);
  return {
    expires: abilities.expiry === 'day' ? instant.slice(0, 10) : instant,
    ...(abilities.afterExpiry.length > 1 && { afterExpiry }),
  };
}

/** @example count(2, 'pin of the issuer') // '2 pins of the issuer' */
function count(number: number, what: string): string {
  return `${number} ${number === 1 ? what : what.replace(/\bpin\b/, 'pins')}`;
}
