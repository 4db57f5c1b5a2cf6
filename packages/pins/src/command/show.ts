import type { PinSet } from '../set/pin-set.ts';
import { pinSetJsonSchemaText } from '../set/pin-set-json-schema.ts';
import { type PinsCommand, readArgs } from './command.ts';
import { DEFAULT_SET_FILE, loadSet } from './set-file.ts';

const options = {
  json: { type: 'boolean', description: 'Print JSON.' },
  schema: { type: 'boolean', description: 'Print the JSON Schema of the file.' },
} as const;

export const show: PinsCommand = {
  name: 'show',
  summary: 'Show a pin set: hosts, pins, states, the app versions that carry them.',
  usage: 'pins show [FILE] [--json] [--schema]',
  detail: `Prints a pin-set file (default ${DEFAULT_SET_FILE}) and checks it. --schema prints the JSON Schema of the file.`,
  example: 'sallyport pins show pins.json',
  options,
  async run(args, io) {
    const { values, positionals } = readArgs('show', args, options);
    if (values.schema === true) {
      io.stdout(pinSetJsonSchemaText());
      return 0;
    }
    const set = await loadSet(positionals[0] ?? DEFAULT_SET_FILE, io);
    io.stdout(values.json === true ? `${JSON.stringify(set, null, 2)}\n` : describeSet(set));
    return 0;
  },
};

function describeSet(set: PinSet): string {
  const lines = [`version ${set.version}`];
  for (const host of set.hosts) {
    const marks = [
      host.includeSubdomains && 'with subdomains',
      host.reportOnly && 'report only',
      host.expires !== undefined && `until ${host.expires.slice(0, 10)}`,
      host.keepsKey ? 'renewals keep the key' : 'renewals make a new key',
    ].filter((mark) => mark !== false);
    lines.push('', `${host.host}  (${marks.join(', ')})`);
    for (const { pin, state, role, kind, label, carriedBy } of host.pins) {
      const what = kind === 'certificate' ? `${role}, whole certificate` : role;
      lines.push(`  ${state.padEnd(8)}  ${pin}  ${what}${label === undefined ? '' : `  ${label}`}`);
      if (carriedBy.length > 0) lines.push(`            carried by ${carriedBy.join(', ')}`);
    }
  }
  return `${lines.join('\n')}\n`;
}
