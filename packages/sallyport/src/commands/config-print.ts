import { loadPolicy, resolvePolicy } from '@sallyport/policy';
import type { Command } from '../command.ts';
import { configOption, policyPath } from '../policy-path.ts';
import { readArguments } from '../read-arguments.ts';

/** `sallyport config print` */
export const configPrint: Command = {
  name: 'config print',
  summary: 'Print the complete policy as JSON, defaults included, durations in milliseconds.',
  usage: 'config print [--config FILE]',
  example: 'sallyport config print > policy.json',
  options: { config: configOption },
  async run(args, io) {
    const { policy } = await loadPolicy(policyPath(readArguments(this, args), io));
    io.stdout.write(`${JSON.stringify(resolvePolicy(policy), null, 2)}\n`);
    return 0;
  },
};
