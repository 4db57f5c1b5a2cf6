import { formatPolicyProblem, loadPolicy } from '@sallyport/policy';
import type { Command } from '../command.ts';
import { configOption, policyPath } from '../policy-path.ts';
import { readArguments } from '../read-arguments.ts';

/** `sallyport config check` */
export const configCheck: Command = {
  name: 'config check',
  summary: 'Check the policy; say everything that is wrong with it, with file and line, and what to write instead.',
  usage: 'config check [--config FILE]',
  example: 'sallyport config check --config sallyport.config.yaml',
  options: { config: configOption },
  async run(args, io) {
    const { file, policy, warnings } = await loadPolicy(policyPath(readArguments(this, args), io));
    for (const warning of warnings) io.stdout.write(`warning: ${formatPolicyProblem(warning)}\n`);
    const counts = `${policy.routes.length} ${policy.routes.length === 1 ? 'route' : 'routes'}, ${policy.auth.clients.length} ${policy.auth.clients.length === 1 ? 'client' : 'clients'}`;
    io.stdout.write(`${file} is good: ${counts}.\n`);
    return 0;
  },
};
