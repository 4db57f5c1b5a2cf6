import { resolve } from 'node:path';
import { PinsError } from '../pins-error.ts';
import { formatPinSet, parsePinSet } from '../set/parse-pin-set.ts';
import type { PinSet } from '../set/pin-set.ts';
import { changeWhole, readWhole } from './files.ts';
import type { PinsIo } from './io.ts';

/** The pin-set file a command uses when none is named. */
export const DEFAULT_SET_FILE = 'pins.json';

/** Reads a pin-set file. @throws PinsError */
export async function loadSet(path: string, io: PinsIo): Promise<PinSet> {
  return parsePinSet((await readWhole(resolve(io.cwd, path))).toString('utf8'), path);
}

/**
 * Changes a pin-set file under its lock, whole or not at all.
 *
 * @param change is given the set as it is by then, `undefined` if there is no file.
 * @throws PinsError
 */
export async function changeSet(path: string, change: (set: PinSet | undefined) => PinSet, io: PinsIo): Promise<PinSet> {
  let after: PinSet | undefined;
  await changeWhole(resolve(io.cwd, path), (before) => {
    after = change(before === undefined ? undefined : parsePinSet(before, path));
    return formatPinSet(after);
  });
  return after as PinSet;
}

/** What a command that only changes a set says when there is none. */
export function existing(set: PinSet | undefined, path: string): PinSet {
  if (set !== undefined) return set;
  throw new PinsError('file-unreadable', `${path} is not there. Make a set with: sallyport pins make --set ${path} --for HOST.`);
}
