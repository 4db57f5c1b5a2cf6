import { createPrivateKey, type KeyObject } from 'node:crypto';
import { resolve } from 'node:path';
import { MAX_MATERIAL_BYTES, readKeyMaterial } from '../material/read-key-material.ts';
import { pinOfKey } from '../material/spki-hash.ts';
import { PinsError } from '../pins-error.ts';
import { rehearse as rehearseKey } from '../rehearse/rehearse.ts';
import { runners } from '../rehearse/runners.ts';
import { replaceHost } from '../set/move-pin.ts';
import type { PinSet } from '../set/pin-set.ts';
import { needed, type PinsCommand, readArgs } from './command.ts';
import { readWhole } from './files.ts';
import type { PinsIo } from './io.ts';
import { readPassphrase } from './make.ts';
import { changeSet, DEFAULT_SET_FILE, existing, loadSet } from './set-file.ts';

const options = {
  key: { type: 'string', argument: 'FILE', description: 'The private backup key.' },
  'passphrase-file': { type: 'string', argument: 'FILE', description: 'Its passphrase, if it is encrypted.' },
  for: { type: 'string', argument: 'HOST', description: 'The host the key is a backup for.' },
  set: { type: 'string', argument: 'FILE', description: 'The pin set (default pins.json).' },
  record: { type: 'boolean', description: 'Note the date in the set.' },
} as const;

export const rehearse: PinsCommand = {
  name: 'rehearse',
  summary: 'Serve the backup key and prove that every form we can run accepts it.',
  usage: 'pins rehearse --key FILE --for HOST [--set FILE] [--passphrase-file FILE] [--record]',
  detail: `Serves the backup key on loopback as HOST would on the bad day. Every emitted form that can be run here must accept it, refuse
a key nobody pinned, and refuse the server when its pins are deliberately wrong. Exit 1 if one does not.`,
  example: 'sallyport pins rehearse --key backup.pem --passphrase-file pass --for api.example.com --record',
  options,
  async run(args, io) {
    const { values } = readArgs('rehearse', args, options);
    const file = values.set ?? DEFAULT_SET_FILE;
    const set = await loadSet(file, io);
    const host = needed(values.for, '--for HOST', 'rehearse').toLowerCase();
    const passphrase = values['passphrase-file'] === undefined ? undefined : await readPassphrase(values['passphrase-file'], io);
    const backupKey = await readPrivateKey(needed(values.key, '--key', 'rehearse'), passphrase, io);
    const results = await rehearseKey({ set, host, backupKey, now: io.now(), runners: [...runners, ...(io.rehearsalRunners ?? [])] });
    for (const { form, verdict, why } of results) io.stdout(`${verdict.padEnd(8)} ${form}: ${why}\n`);
    if (results.some(({ verdict }) => verdict === 'failed')) return 1;
    if (values.record === true) await record(file, host, backupKey, io);
    return 0;
  },
};

async function readPrivateKey(file: string, passphrase: string | undefined, io: PinsIo): Promise<KeyObject> {
  const bytes = await readWhole(resolve(io.cwd, file), MAX_MATERIAL_BYTES);
  // Its faults are told by the one reader that knows them all.
  const [material] = readKeyMaterial(bytes, { name: file, passphrase });
  if (material?.kind !== 'private-key')
    throw new PinsError('material-unrecognised', `${file} holds no private key. Give the backup key itself.`);
  const pem = bytes.includes('-----BEGIN ');
  const forms = pem
    ? [{ format: 'pem' as const }]
    : (['pkcs8', 'sec1', 'pkcs1'] as const).map((type) => ({ format: 'der' as const, type }));
  for (const form of forms) {
    try {
      return createPrivateKey({ key: bytes, ...form, ...(passphrase !== undefined && { passphrase }) } as never);
    } catch {
      // The next form.
    }
  }
  throw new PinsError('material-malformed', `${file} cannot be opened as a private key. Export it again.`);
}

async function record(file: string, name: string, key: KeyObject, io: PinsIo): Promise<void> {
  const pin = pinOfKey(key);
  const rehearsed = new Date(io.now()).toISOString();
  const note = (before: PinSet | undefined) => {
    const set = existing(before, file);
    const host = set.hosts.find((each) => each.host === name);
    if (host === undefined) throw new PinsError('host-unlisted', `${name} is not in the set any more.`);
    return replaceHost(set, { ...host, pins: host.pins.map((each) => (each.pin === pin ? { ...each, rehearsed } : each)) });
  };
  const after = await changeSet(file, note, io);
  io.stderr(`${file}: version ${after.version}, rehearsed ${rehearsed.slice(0, 10)}.\n`);
}
