import { resolve } from 'node:path';
import { type PinSetRefusal, type SeenChain, verifyPinSet } from '@sallyport/protocol';
import { fetchChain } from '../material/fetch-chain.ts';
import { MAX_MATERIAL_BYTES } from '../material/read-key-material.ts';
import { pinOfCertificateKey, pinOfWholeCertificate } from '../material/spki-hash.ts';
import { PinsError } from '../pins-error.ts';
import { isHostName } from '../set/pin-set.ts';
import { readPinSetKey, verifyText } from '../signed/signing-key.ts';
import { needed, type PinsCommand, readArgs, readHostPort, wholeNumber } from './command.ts';
import { readWhole } from './files.ts';
import type { PinsIo } from './io.ts';

/** What to tell a person for each refusal of the wire. */
const REFUSED: Readonly<Record<PinSetRefusal, string>> = {
  'signed-set-malformed': 'it is no signed pin set. Sign the set again.',
  'signature-invalid': 'neither key signed it. Check the keys, and where the file comes from.',
  'signed-set-expired': 'its time is over. Sign the set again.',
  'signed-set-from-future': 'it is dated in the future. Check the clock here and where it was signed.',
  rollback: 'it is not newer than the set in force. Never go back; change the set and sign that.',
  'pins-miss-connection': 'no pin in it matches what the host shows now: it would lock its own bringer out.',
};

const options = {
  key: { type: 'string', argument: 'FILE', description: 'Public half of the release key.' },
  'break-glass': { type: 'string', argument: 'FILE', description: 'Public half of the second key.' },
  'current-version': { type: 'string', argument: 'N', description: 'The version a client has; the set must be above it.' },
  over: {
    type: 'string',
    argument: 'HOST[:PORT]',
    description: 'As if it came over a connection to this host, which its pins must match.',
  },
  address: { type: 'string', argument: 'ADDRESS', description: 'Connect there instead of resolving HOST.' },
  ca: { type: 'string', argument: 'FILE', description: 'Trust these certificates (PEM) instead of the public ones.' },
  json: { type: 'boolean', description: 'Print the set as JSON.' },
} as const;

export const verify: PinsCommand = {
  name: 'verify',
  summary: 'Verify a signed set as a client would.',
  usage:
    'pins verify FILE --key FILE [--break-glass FILE] [--current-version N] [--over HOST[:PORT]] [--address ADDRESS] [--ca FILE] [--json]',
  detail: 'Judges in the order a client does: form, signature, time, version, and a pin that matches the connection it came over.',
  example: 'sallyport pins verify pins.jws --key release.pem.pub --over api.example.com',
  options,
  async run(args, io) {
    const { values, positionals } = readArgs('verify', args, options);
    const file = needed(positionals[0], 'FILE', 'verify');
    const readKey = async (name: string) => readPinSetKey((await readWhole(resolve(io.cwd, name), 65_536)).toString('utf8'), name);
    const verdict = await verifyPinSet({
      token: (await readWhole(resolve(io.cwd, file), 65_536)).toString('utf8').trim(),
      releaseKey: await readKey(needed(values.key, '--key', 'verify')),
      breakGlassKey: values['break-glass'] === undefined ? undefined : await readKey(values['break-glass']),
      verify: verifyText,
      now: io.now(),
      currentVersion:
        values['current-version'] === undefined ? undefined : wholeNumber(values['current-version'], '--current-version', 0, 999_999_999),
      connection: values.over === undefined ? undefined : await connectionTo(values.over, values, io),
    });
    if (verdict.refusal !== undefined) throw new PinsError(verdict.refusal, `${file} is refused: ${REFUSED[verdict.refusal]}`);
    const { set, breakGlass } = verdict;
    if (values.json === true) io.stdout(`${JSON.stringify({ ...set, breakGlass }, null, 2)}\n`);
    else {
      const until = new Date(set.expiresAt * 1000).toISOString().slice(0, 10);
      const hosts = set.hosts.map(({ host, pins, certificates }) => `${host} (${pins.length + certificates.length} pins)`).join(', ');
      io.stdout(`${file}: version ${set.version}${breakGlass ? ', BREAK-GLASS' : ''}, to be taken in until ${until}: ${hosts}.\n`);
    }
    return 0;
  },
};

async function connectionTo(
  text: string,
  { address, ca }: { readonly address?: string | undefined; readonly ca?: string | undefined },
  io: PinsIo,
): Promise<{ readonly host: string; readonly seen: SeenChain }> {
  const { host, port } = readHostPort(text, isHostName);
  const trusted = ca === undefined ? undefined : (await readWhole(resolve(io.cwd, ca), MAX_MATERIAL_BYTES)).toString('utf8');
  const { certificates } = await fetchChain({ host, port, address, ca: trusted, now: io.now });
  return { host, seen: { pins: certificates.map(pinOfCertificateKey), certificates: certificates.map(pinOfWholeCertificate) } };
}
