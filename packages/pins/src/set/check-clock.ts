import { PinsError } from '../pins-error.ts';
import type { PinSet } from './pin-set.ts';

/** A clock may lag a little behind the one the set was written with: a day bridges time zones set wrong. */
const TOLERANCE = 86_400_000;

/**
 * Refuses to reckon with a clock that is behind the set's own history: every date told would be wrong, and what is signed
 * would be out of time at once or dated before its predecessor.
 *
 * A clock that runs ahead cannot be told from the set; a live chain then seems expired, and that message names the clock.
 *
 * @param now milliseconds since 1970.
 * @throws PinsError `clock-implausible`.
 */
export function checkClock(set: PinSet, now: number): void {
  const moments = set.hosts.flatMap(({ pins }) => pins.flatMap(({ since, rehearsed }) => [since, rehearsed]));
  const newest = Math.max(0, ...moments.map((moment) => (moment === undefined ? 0 : Date.parse(moment))));
  if (now < newest - TOLERANCE) {
    throw new PinsError(
      'clock-implausible',
      `This machine's clock says ${new Date(now).toISOString()}, but the set was changed on ${new Date(newest).toISOString()}. Set the clock.`,
    );
  }
}
