import { join, resolve } from 'node:path';
import { type Emission, emit as emitSet } from '../emit/emit.ts';
import { emitters } from '../emit/emitters.ts';
import { needed, type PinsCommand, readArgs } from './command.ts';
import { writeAll } from './files.ts';
import { DEFAULT_SET_FILE, loadSet } from './set-file.ts';

const options = {
  set: { type: 'string', argument: 'FILE', description: `The pin set (default ${DEFAULT_SET_FILE}).` },
  output: { type: 'string', argument: 'FOLDER', description: 'Write files there instead of printing.' },
  debug: { type: 'boolean', description: 'Put debugging overrides in; never release such an output.' },
} as const;

export const emit: PinsCommand = {
  name: 'emit',
  summary: 'Write a set in the form of a platform.',
  usage: 'pins emit FORM… [--set FILE] [--output FOLDER] [--debug]',
  detail: `Forms:

${emitters.map(({ id, title }) => `  ${id.padEnd(12)} ${title}`).join('\n')}
  ${'all'.padEnd(12)} every form; those that cannot hold the set are named and left out

Every output is read back and compared with the set before it is given out. What the platform cannot express stands in the
output and is printed at the end.`,
  example: 'sallyport pins emit ios android --output native/',
  options,
  async run(args, io) {
    const { values, positionals } = readArgs('emit', args, options);
    needed(positionals[0], 'A FORM', 'emit');
    const set = await loadSet(values.set ?? DEFAULT_SET_FILE, io);
    const express = { now: io.now(), debug: values.debug === true };
    const emissions: Emission[] = [];
    let refused = false;
    if (positionals.includes('all')) {
      for (const { id } of emitters) {
        try {
          emissions.push(emitSet(set, id, express));
        } catch (error) {
          refused = true;
          io.stderr(`${id}: left out. ${(error as Error).message}\n`);
        }
      }
    } else emissions.push(...positionals.map((form) => emitSet(set, form, express)));
    const files = emissions.flatMap((emission) => emission.files);
    if (values.output === undefined) {
      for (const { name, text } of files) io.stdout(files.length === 1 ? text : `==> ${name} <==\n${text}\n`);
    } else {
      const folder = resolve(io.cwd, values.output);
      await writeAll(files.map(({ name, text }) => ({ path: join(folder, name), text })));
      for (const { name } of files) io.stderr(`wrote ${join(values.output, name)}\n`);
    }
    for (const { platform, notes, remarks } of emissions) {
      for (const note of notes) io.stderr(`${platform}: ${note}\n`);
      for (const remark of remarks) io.stderr(`${platform}: remember: ${remark}\n`);
    }
    return refused ? 1 : 0;
  },
};
