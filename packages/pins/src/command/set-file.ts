import { resolve } from 'node:path';
import { formatPinSet, parsePinSet } from '../set/parse-pin-set.ts';
import type { PinSet } from '../set/pin-set.ts';
import { readWhole, writeWhole } from './files.ts';
import type { PinsIo } from './io.ts';

/** The pin-set file a command uses when none is named. */
export const DEFAULT_SET_FILE = 'pins.json';

/** Reads a pin-set file. @throws PinsError */
export async function loadSet(path: string, io: PinsIo): Promise<PinSet> {
  return parsePinSet((await readWhole(resolve(io.cwd, path))).toString('utf8'), path);
}

/** Writes a pin-set file, whole or not at all. @throws PinsError */
export async function saveSet(path: string, set: PinSet, io: PinsIo): Promise<void> {
  await writeWhole(resolve(io.cwd, path), formatPinSet(set));
}
