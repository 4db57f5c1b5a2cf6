import { resolve } from 'node:path';
import { fetchChain } from '../material/fetch-chain.ts';
import { MAX_MATERIAL_BYTES, readKeyMaterial } from '../material/read-key-material.ts';
import { PinsError } from '../pins-error.ts';
import { addHost, addPins } from '../set/add-pin.ts';
import { readPin } from '../set/parse-pin-set.ts';
import { isHostName, PIN_ROLES, PIN_STATES, type PinRole, type PinSet, type PinState } from '../set/pin-set.ts';
import { needed, oneOf, type PinsCommand, readArgs, readHostPort } from './command.ts';
import { readWhole } from './files.ts';
import type { PinsIo } from './io.ts';
import { type MadePin, makePin, toPin, wholeCertificateWarning } from './made-pin.ts';
import { changeSet } from './set-file.ts';

const options = {
  host: { type: 'string', multiple: true, argument: 'HOST[:PORT]', description: 'Read the chain of a live host; may be repeated.' },
  address: { type: 'string', argument: 'ADDRESS', description: 'Connect there instead of resolving HOST.' },
  ca: { type: 'string', argument: 'FILE', description: 'Trust these certificates (PEM) instead of the public ones.' },
  backup: {
    type: 'string',
    multiple: true,
    argument: 'FILE',
    description: 'A key held offline, for the role "backup"; its public half is enough. May be repeated.',
  },
  role: { type: 'string', argument: 'ROLE', description: `One of ${PIN_ROLES.join(', ')}; found out by itself for certificates.` },
  state: { type: 'string', argument: 'STATE', description: 'State in the set; "active" in a new set, "staged" once apps are out.' },
  'whole-certificate': { type: 'boolean', description: 'Pin certificates instead of keys; breaks at every renewal.' },
  'passphrase-file': { type: 'string', argument: 'FILE', description: 'Passphrase of an encrypted private key.' },
  expect: { type: 'string', argument: 'PIN', description: 'Compare with a pasted pin; exit 1 if it is another.' },
  set: { type: 'string', argument: 'FILE', description: 'Write the pins into this set.' },
  for: { type: 'string', argument: 'HOST', description: 'The host of the set they are for.' },
  'with-issuers': { type: 'boolean', description: 'With --host and --set: take intermediates and roots too, not only the leaf.' },
  'include-subdomains': { type: 'boolean', description: 'For a host that is new in the set.' },
  'keeps-key': { type: 'boolean', description: 'For a host that is new in the set: its renewals reuse the key.' },
  json: { type: 'boolean', description: 'Print JSON.' },
} as const;

export const make: PinsCommand = {
  name: 'make',
  summary: 'Make pins from certificates, keys, requests or a live host.',
  usage:
    'pins make [FILE…] [--host HOST[:PORT]] [--address ADDRESS] [--ca FILE] [--backup FILE] [--role ROLE] [--whole-certificate] [--passphrase-file FILE] [--expect PIN] [--set FILE --for HOST] [--state STATE] [--with-issuers] [--include-subdomains] [--keeps-key] [--json]',
  detail: `Makes the SHA-256 of the DER SubjectPublicKeyInfo of every key found. FILE is a certificate (PEM, DER, .cer), a public or
private key, or a CSR. --host shows every certificate of the chain a live host presents.`,
  example: 'sallyport pins make --host api.example.com --backup backup.pub --set pins.json --for api.example.com',
  options,
  async run(args, io) {
    const { values, positionals } = readArgs('make', args, options);
    const made = await gather(values, positionals, io);
    if (values.expect !== undefined) return expectPin(values.expect, made, io);
    if (values.set !== undefined) await intoSet(values, made, io);
    io.stdout(values.json === true ? `${JSON.stringify(made, null, 2)}\n` : made.map(describePin).join(''));
    for (const pin of made) if (pin.kind === 'certificate') io.stderr(`warning: ${wholeCertificateWarning(pin)}\n`);
    return 0;
  },
};

type Values = ReturnType<typeof readArgs<typeof options>>['values'];

async function gather(values: Values, files: readonly string[], io: PinsIo): Promise<readonly MadePin[]> {
  const role = values.role === undefined ? undefined : oneOf(values.role, PIN_ROLES, '--role');
  const whole = values['whole-certificate'] === true;
  const passphrase = values['passphrase-file'] === undefined ? undefined : await readPassphrase(values['passphrase-file'], io);
  const sources: readonly { readonly file: string; readonly role: PinRole | undefined }[] = [
    ...files.map((file) => ({ file, role })),
    ...(values.backup ?? []).map((file) => ({ file, role: 'backup' as const })),
  ];
  if (sources.length === 0 && values.host === undefined) needed(undefined, 'A FILE or --host', 'make');
  const made: MadePin[] = [];
  for (const text of values.host ?? []) {
    const { host, port } = readHostPort(text, isHostName);
    const ca = values.ca === undefined ? undefined : (await readWhole(resolve(io.cwd, values.ca), MAX_MATERIAL_BYTES)).toString('utf8');
    const { certificates } = await fetchChain({ host, port, address: values.address, ca, now: io.now });
    made.push(
      ...certificates.map((certificate) => makePin({ kind: 'certificate', key: certificate.publicKey, certificate }, text, role, whole)),
    );
  }
  for (const { file, role: given } of sources) {
    const bytes = await readWhole(resolve(io.cwd, file), MAX_MATERIAL_BYTES);
    const materials = readKeyMaterial(bytes, { name: file, passphrase });
    if (whole && materials.every(({ certificate }) => certificate === undefined) && given !== 'backup') {
      throw new PinsError(
        'material-unrecognised',
        `${file} holds no certificate, so --whole-certificate cannot pin one. Give the certificate.`,
      );
    }
    made.push(...materials.map((material) => makePin(material, file, given, whole && given !== 'backup')));
  }
  // A key and its certificate in one file are one pin.
  return made.filter((pin, index) => made.findIndex((other) => other.pin === pin.pin) === index);
}

/** A text editor ends a file with a line break that is no part of the passphrase. */
export async function readPassphrase(file: string, io: PinsIo): Promise<string> {
  const passphrase = (await readWhole(resolve(io.cwd, file), 4096)).toString('utf8').replace(/\r?\n$/, '');
  if (passphrase === '') throw new PinsError('passphrase-needed', `${file} is empty. Put the passphrase into its first line.`);
  return passphrase;
}

function expectPin(text: string, made: readonly MadePin[], io: PinsIo): 0 | 1 {
  const expected = readPin(text);
  const same = made.find(({ pin }) => pin === expected);
  if (same !== undefined) {
    io.stdout(`${expected} is the pin of ${same.source} (${same.role}).\n`);
    return 0;
  }
  const raw = made.find((pin) => pin.rawKeyHash === expected);
  if (raw !== undefined) {
    throw new PinsError(
      'pin-raw-key-hash',
      `${expected} is the hash of the bare key of ${raw.source}, without its ASN.1 header. No platform matches it. The pin is ${raw.pin}.`,
    );
  }
  io.stdout(`${expected} is none of these:\n${made.map(describePin).join('')}`);
  return 1;
}

async function intoSet(values: Values, made: readonly MadePin[], io: PinsIo): Promise<void> {
  const file = values.set as string;
  const name = needed(values.for, '--for HOST', 'make').toLowerCase();
  if (!isHostName(name)) throw new PinsError('host-malformed', `"${name}" is no host name a set may hold.`);
  const given = values.state === undefined ? undefined : oneOf(values.state, PIN_STATES, '--state');
  const taken = made.filter(({ role, source }) => {
    const issuerOfLive = values.host?.includes(source) === true && (role === 'intermediate' || role === 'root');
    return !issuerOfLive || values['with-issuers'] === true;
  });
  const newHost = {
    host: name,
    includeSubdomains: values['include-subdomains'] === true,
    reportOnly: false,
    afterExpiry: 'refuse' as const,
    keepsKey: values['keeps-key'] === true,
  };
  let state: PinState = 'active';
  const add = (set: PinSet | undefined) => {
    const known = set?.hosts.find((each) => each.host === name);
    const shipped = known?.pins.some(({ carriedBy }) => carriedBy.length > 0) === true;
    state = given ?? (shipped ? 'staged' : 'active');
    const pins = taken.map((pin) => toPin(pin, state, io.now()));
    return set !== undefined && known !== undefined ? addPins(set, name, pins) : addHost(set, { ...newHost, pins });
  };
  const after = await changeSet(file, add, io);
  io.stderr(`${file}: version ${after.version}, ${taken.length} pins added for ${name} as ${state}.\n`);
}

function describePin({ pin, kind, role, source, material, subject, issuer, notAfter }: MadePin): string {
  const lines = [
    `${pin}  ${role}${kind === 'certificate' ? ' (whole certificate)' : ''}`,
    `    from     ${source} (${material})`,
    ...(subject === undefined ? [] : [`    subject  ${subject}`, `    issuer   ${issuer}`, `    expires  ${notAfter}`]),
  ];
  return `${lines.join('\n')}\n`;
}
