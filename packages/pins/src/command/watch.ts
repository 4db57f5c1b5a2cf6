import { appendFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { parsePinSetToken, type SignedPinSet } from '@sallyport/protocol';
import { fetchChain } from '../material/fetch-chain.ts';
import { MAX_MATERIAL_BYTES } from '../material/read-key-material.ts';
import { PinsError } from '../pins-error.ts';
import type { PlanCertificate } from '../plan/plan.ts';
import { planChain } from '../plan/plan-chain.ts';
import { watchPins } from '../watch/watch.ts';
import { watchSigned } from '../watch/watch-signed.ts';
import { type PinsCommand, readArgs, wholeNumber } from './command.ts';
import { readWhole } from './files.ts';
import type { PinsIo } from './io.ts';
import { connectPlaces } from './plan.ts';
import { DEFAULT_SET_FILE, loadSet } from './set-file.ts';

const options = {
  within: { type: 'string', argument: 'DAYS', description: 'How far ahead (default 30).' },
  signed: { type: 'string', argument: 'FILE', description: 'The signed set the gateway serves: must be of this version, with time left.' },
  events: { type: 'string', argument: 'FILE', description: 'Append the lines there too.' },
  connect: { type: 'string', multiple: true, argument: 'HOST=ADDRESS[:PORT]', description: 'Look for HOST there; may be repeated.' },
  ca: { type: 'string', argument: 'FILE', description: 'Trust these certificates (PEM) instead of the public ones.' },
} as const;

export const watch: PinsCommand = {
  name: 'watch',
  summary: 'Compare set, live hosts and clock; exit 1 when something will break soon.',
  usage: 'pins watch [FILE] [--within DAYS] [--signed FILE] [--events FILE] [--connect HOST=ADDRESS[:PORT]] [--ca FILE]',
  detail: `For a timer: looks once and ends. Writes one line of JSON for each finding. Exit 1 when apps are cut off or will be within
DAYS, 0 when nothing or only warnings are found, 2 when it could not look at all.`,
  example: 'sallyport pins watch pins.json --within 30 --events pins-events.jsonl',
  options,
  async run(args, io) {
    const { values, positionals } = readArgs('watch', args, options);
    const within = wholeNumber(values.within ?? '30', '--within', 1, 3650);
    const set = await loadSet(positionals[0] ?? DEFAULT_SET_FILE, io);
    const ca = values.ca === undefined ? undefined : (await readWhole(resolve(io.cwd, values.ca), MAX_MATERIAL_BYTES)).toString('utf8');
    const places = connectPlaces(values.connect ?? []);
    const chains = new Map<string, readonly PlanCertificate[] | PinsError>();
    for (const { host } of set.hosts) {
      try {
        chains.set(host, planChain((await fetchChain({ host, ca, now: io.now, ...places.get(host) })).certificates));
      } catch (error) {
        // A host that cannot be judged is a finding, and the others are looked at all the same.
        if (!(error instanceof PinsError)) throw error;
        chains.set(host, error);
      }
    }
    const found = [
      ...watchPins({ set, chains, now: io.now(), within, privateAuthority: ca !== undefined }),
      ...(values.signed === undefined ? [] : watchSigned(await readSigned(values.signed, io), set, io.now(), within)),
    ];
    const lines = found.map((event) => `${JSON.stringify(event)}\n`).join('');
    if (values.events !== undefined && lines !== '') {
      try {
        await appendFile(resolve(io.cwd, values.events), lines, { mode: 0o644 });
      } catch (error) {
        throw new PinsError(
          'file-unwritable',
          `${values.events} cannot be written. Check folder and permissions. Found: ${lines.trim().split('\n').length} events.`,
          {
            cause: error,
          },
        );
      }
    }
    io.stdout(lines);
    return found.some(({ severity }) => severity === 'break') ? 1 : 0;
  },
};

async function readSigned(file: string, io: PinsIo): Promise<SignedPinSet> {
  const parsed = parsePinSetToken((await readWhole(resolve(io.cwd, file), 65_536)).toString('utf8').trim());
  if (parsed === undefined) throw new PinsError('signed-set-malformed', `${file} is no signed pin set. Sign the set again.`);
  return parsed.set;
}
