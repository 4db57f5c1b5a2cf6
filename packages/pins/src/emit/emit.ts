import { isDeepStrictEqual } from 'node:util';
import { PinsError } from '../pins-error.ts';
import type { PinSet } from '../set/pin-set.ts';
import type { EmittedFile, Expression } from './emitter.ts';
import { emitters } from './emitters.ts';
import { type ExpressOptions, express } from './express.ts';

export interface Emission {
  readonly platform: string;
  readonly files: readonly EmittedFile[];
  /** What the platform could not say of this set. Also stands in the files. */
  readonly notes: readonly string[];
  /** What to know about the platform, whatever the set. */
  readonly remarks: readonly string[];
}

/**
 * Writes a set in the form of one platform, reads that back and compares.
 *
 * @throws PinsError `platform-unknown`, `set-expired`, `too-few-expressible`, `nothing-expressible`.
 * @throws Error when what was written does not read back as what was meant: a fault of the emitter, and nothing is returned.
 * @example emit(set, 'android', { now: Date.now() }).files
 */
export function emit(set: PinSet, platform: string, options: ExpressOptions): Emission {
  const emitter = emitters.find(({ id }) => id === platform);
  if (emitter === undefined) {
    throw new PinsError(
      'platform-unknown',
      `There is no form called "${platform}". There are: ${emitters.map(({ id }) => id).join(', ')}.`,
    );
  }
  const { expression, notes } = express(set, emitter.abilities, options);
  const debug = options.debug === true && set.hosts.some(({ pins }) => pins.some(({ role }) => role === 'debug'));
  const allNotes = debug ? ['DEBUGGING OVERRIDE INSIDE: whoever holds that key reads all traffic. Never release this.', ...notes] : notes;
  const files = emitter.write(expression, allNotes);
  if (!isDeepStrictEqual(canonical(emitter.read(files)), canonical(expression))) {
    throw new Error(`The emitter "${platform}" wrote something else than it was told. Nothing was returned.`);
  }
  return { platform, files, notes: allNotes, remarks: emitter.remarks };
}

/** Without absent members, and with pins in one order, because a platform may keep keys and certificates apart. */
function canonical({ hosts, ...rest }: Expression): unknown {
  return JSON.parse(
    JSON.stringify({
      ...rest,
      hosts: hosts
        .map((host) => ({
          host: host.host,
          includeSubdomains: host.includeSubdomains,
          reportOnly: host.reportOnly,
          expires: host.expires,
          afterExpiry: host.afterExpiry,
          pins: host.pins.map(({ pin, kind, place }) => `${kind} ${place} ${pin}`).sort(),
        }))
        .sort((a, b) => (a.host < b.host ? -1 : 1)),
    }),
  );
}
