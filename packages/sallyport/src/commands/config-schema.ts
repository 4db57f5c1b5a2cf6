import { policyJsonSchema } from '@sallyport/policy';
import type { Command } from '../command.ts';
import { readArguments } from '../read-arguments.ts';

/** `sallyport config schema` */
export const configSchema: Command = {
  name: 'config schema',
  summary: 'Print the JSON Schema of the policy, for editors and other tools.',
  usage: 'config schema',
  example: 'sallyport config schema > policy.schema.json',
  options: {},
  async run(args, io) {
    readArguments(this, args);
    io.stdout.write(`${JSON.stringify(policyJsonSchema(), null, 2)}\n`);
    return 0;
  },
};
