import { checkPolicy, formatPolicyProblem, loadPolicy, type Policy, policySchema, resolvePolicy } from '@sallyport/policy';
import type { Command } from '../command.ts';
import { configOption, policyPath } from '../policy-path.ts';
import { type Arguments, readArguments } from '../read-arguments.ts';
import { pickPort } from '../stack/pick-port.ts';
import { openStateFolder } from '../state-folder.ts';
import { UsageError } from '../usage-error.ts';

/** `sallyport serve` */
export const serve: Command = {
  name: 'serve',
  summary: 'Start the gateway and the auth server by the policy. Log lines go to standard output, the rest to standard error.',
  usage: 'serve [--config FILE] [--upstream URL] [--only gateway|auth]',
  example: 'sallyport serve --upstream http://127.0.0.1:3000',
  options: {
    config: configOption,
    upstream: { type: 'string', argument: 'URL', description: 'The backend, instead of gateway.upstream.' },
    only: { type: 'string', argument: 'gateway|auth', description: 'Start only one of the two.' },
  },
  async run(args, io) {
    const options = readArguments(this, args);
    const only = readOnly(options);
    const loaded = await loadPolicy(policyPath(options, io));
    const policy = withUpstream(loaded.policy, options.text('upstream'));
    const warnings = policy === loaded.policy ? loaded.warnings : checkPolicy(policy).warnings;
    for (const warning of warnings) io.stderr.write(`warning: ${formatPolicyProblem(warning)}\n`);

    // Listening before the start, so that a stop in the middle of it is a clean one too.
    const stopped = io.untilStopped();
    const stateFolder = openStateFolder(io.cwd);
    // Loaded only here: the token engine takes half a second that `config check` and `--help` should not wait for.
    const { startStack } = await import('../stack/start-stack.ts');
    const stack = await startStack({
      policy: resolvePolicy(policy, await choosePorts(policy)),
      stateFolder,
      log: (line) => io.stdout.write(`${line}\n`),
      ...(only !== undefined && { only }),
    });
    if (only !== 'auth') io.stderr.write(`The gateway is at ${stack.gatewayUrl}, before ${policy.gateway.upstream}.\n`);
    if (only !== 'gateway') io.stderr.write(`The auth server is at ${stack.issuer}.\n`);
    await stopped;
    io.stderr.write('Stopping: running requests may end.\n');
    await stack.close();
    return 0;
  },
};

function readOnly(options: Arguments): 'gateway' | 'auth' | undefined {
  const only = options.text('only');
  if (only === undefined || only === 'gateway' || only === 'auth') return only;
  throw new UsageError(`--only takes gateway or auth, not ${JSON.stringify(only)}.`);
}

function withUpstream(policy: Policy, url: string | undefined): Policy {
  if (url === undefined) return policy;
  const upstream = policySchema.shape.gateway.shape.upstream.safeParse(url);
  if (upstream.success) return { ...policy, gateway: { ...policy.gateway, upstream: upstream.data } };
  throw new UsageError(`--upstream ${upstream.error.issues[0]?.message}; write for instance --upstream http://127.0.0.1:3000.`);
}

/** Only a port of 0 is chosen here. One the policy names is what apps call: if it is taken, the start fails and says so. */
async function choosePorts({ gateway, auth }: Policy) {
  const choose = ({ host, port }: { host: string; port: number }) => (port === 0 ? pickPort(host, 0) : port);
  return { gateway: await choose(gateway.listen), auth: await choose(auth.listen) };
}
