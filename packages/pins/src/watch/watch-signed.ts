import type { SignedPinSet } from '@sallyport/protocol';
import type { PinSet } from '../set/pin-set.ts';
import type { WatchEvent } from './watch.ts';

const DAY = 86_400_000;

/**
 * Compares the signed set that is served with the set and the clock. Apps keep the last good set, so nothing here cuts them
 * off: all of it is a warning.
 *
 * @param now milliseconds since 1970.
 * @param within how far ahead its end counts as coming, in days.
 */
export function watchSigned(signed: SignedPinSet, set: PinSet, now: number, within: number): readonly WatchEvent[] {
  const common = { time: new Date(now).toISOString(), event: 'pins-watch', host: '*', severity: 'warning' } as const;
  const found: WatchEvent[] = [];
  const ends = signed.expiresAt * 1000;
  if (ends <= now + within * DAY) {
    const at = new Date(ends).toISOString();
    const text = `${ends <= now ? 'No app takes' : 'Soon no app takes'} the signed set in any more. Sign it again.`;
    found.push({ ...common, code: 'signed-set-ends', at, text });
  }
  if (signed.version !== set.version) {
    const text = `Version ${signed.version} is signed and the set has version ${set.version}. Sign it, or find out who signed another.`;
    found.push({ ...common, code: 'signed-set-differs', text });
  }
  return found;
}
