import { resolve } from 'node:path';
import { parsePinSetToken, type SignedPinSet } from '@sallyport/protocol';
import { PinsError } from '../pins-error.ts';
import { makePlan } from '../plan/make-plan.ts';
import { checkClock } from '../set/check-clock.ts';
import { signPinSet } from '../signed/sign-pin-set.ts';
import { newSigningKey, nodePinSetKeyOf, openSigningKey, readPinSetKey } from '../signed/signing-key.ts';
import { needed, oneOf, type PinsCommand, readArgs, wholeNumber } from './command.ts';
import { changeWhole, readWhole, writeNew, writeWhole } from './files.ts';
import type { PinsIo } from './io.ts';
import { readPassphrase } from './make.ts';
import { liveChains } from './plan.ts';
import { DEFAULT_SET_FILE, loadSet } from './set-file.ts';

const options = {
  key: { type: 'string', argument: 'KEY', description: 'Encrypted private key (PKCS #8, P-256 or Ed25519).' },
  'passphrase-file': { type: 'string', argument: 'FILE', description: 'File with the passphrase of the key.' },
  output: {
    type: 'string',
    argument: 'FILE',
    description: 'The signed set; one that is there must have a lower version, or hold the same pins and is signed anew.',
  },
  days: { type: 'string', argument: 'N', description: 'How long clients may take it in (default 30).' },
  live: { type: 'boolean', description: 'Look at the live hosts too.' },
  connect: {
    type: 'string',
    multiple: true,
    argument: 'HOST=ADDRESS[:PORT]',
    description: 'With --live: look for HOST there; may be repeated.',
  },
  ca: { type: 'string', argument: 'FILE', description: 'With --live: trust these certificates (PEM) instead of the public ones.' },
  'accept-single-path': { type: 'string', argument: 'REASON', description: 'Publish a set with one path to life all the same.' },
  'break-glass': { type: 'boolean', description: 'KEY is the second key: for the day when every pinned key is lost.' },
  'new-key': { type: 'string', argument: 'FILE', description: 'Make a key; the public half goes to FILE.pub, into the app.' },
  type: { type: 'string', argument: 'p256|ed25519', description: 'Kind of the new key (default p256).' },
} as const;

type Values = ReturnType<typeof readArgs<typeof options>>['values'];

export const sign: PinsCommand = {
  name: 'sign',
  summary: 'Sign a set for release, or make a signing key.',
  usage:
    'pins sign [FILE] --key KEY --passphrase-file FILE --output FILE [--days N] [--live] [--connect HOST=ADDRESS[:PORT]] [--ca FILE] [--accept-single-path REASON] [--break-glass] | --new-key FILE --passphrase-file FILE [--type p256|ed25519]',
  detail: `Signs the set as clients fetch it. Do it on a machine that is not the server; the key is encrypted on disk. Refuses a set with
a debugging override, one that will cut apps off, and one that hangs on a single path.`,
  example: 'sallyport pins sign pins.json --key release.pem --passphrase-file pass --output pins.jws',
  options,
  async run(args, io) {
    const { values, positionals } = readArgs('sign', args, options);
    const passphrase = await readPassphrase(needed(values['passphrase-file'], '--passphrase-file', 'sign'), io);
    return values['new-key'] === undefined
      ? signSet(positionals[0] ?? DEFAULT_SET_FILE, values, passphrase, io)
      : makeKey(values, passphrase, io);
  },
};

async function signSet(file: string, values: Values, passphrase: string, io: PinsIo): Promise<0> {
  const set = await loadSet(file, io);
  checkClock(set, io.now());
  const keyFile = needed(values.key, '--key', 'sign');
  const output = needed(values.output, '--output', 'sign');
  const key = openSigningKey((await readWhole(resolve(io.cwd, keyFile), 65_536)).toString('utf8'), passphrase, keyFile);
  const chains = values.live === true ? await liveChains(set, values, io) : new Map<string, never>();
  const plan = makePlan({ set, now: io.now(), chains, privateAuthority: values.ca !== undefined });
  const days = wholeNumber(values.days ?? '30', '--days', 1, 365);
  const acceptSinglePath = values['accept-single-path'];
  const breakGlass = values['break-glass'] === true;
  await changeWhole(resolve(io.cwd, output), (before) => {
    const previous = before === undefined ? undefined : previousSet(before, output);
    return `${signPinSet(set, { key, now: io.now(), days, plan, previous, acceptSinglePath, breakGlass })}\n`;
  });
  if (acceptSinglePath !== undefined) io.stderr(`warning: a single path was accepted: ${acceptSinglePath}\n`);
  io.stdout(`${output}: version ${set.version}, signed with ${nodePinSetKeyOf(key, keyFile).kid}.\n`);
  return 0;
}

/** The set signed before. @throws PinsError if what is there is no signed set: it is not overwritten. */
function previousSet(text: string, name: string): SignedPinSet {
  const previous = parsePinSetToken(text.trim());
  if (previous !== undefined) return previous.set;
  throw new PinsError('signed-set-malformed', `${name} is there and is no signed set. It is not overwritten; name another file.`);
}

async function makeKey(values: Values, passphrase: string, io: PinsIo): Promise<0> {
  const file = values['new-key'] as string;
  const kind = oneOf(values.type ?? 'p256', ['p256', 'ed25519'], '--type');
  const { privatePem, publicPem } = newSigningKey(kind, passphrase);
  // The private half first: it is the one that must not replace another.
  await writeNew(resolve(io.cwd, file), privatePem, 0o600);
  await writeWhole(resolve(io.cwd, `${file}.pub`), publicPem);
  io.stdout(`${file}: a new ${kind} key, encrypted. ${file}.pub goes into the app. kid ${readPinSetKey(publicPem, file).kid}\n`);
  return 0;
}
