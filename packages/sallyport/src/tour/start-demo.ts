import { randomBytes } from 'node:crypto';
import { createOrdersApi, type OrdersApi } from '@sallyport/example-orders-api';
import { type Policy, parsePolicy, resolvePolicy } from '@sallyport/policy';
import { anyUpstreamPolicy, ordersPolicy } from '../stack/embedded-policy.ts';
import { pickPort } from '../stack/pick-port.ts';
import { type Stack, type StackOptions, startStack } from '../stack/start-stack.ts';
import { ensureDemoUser } from './demo-user.ts';
import { playTour } from './play-tour.ts';
import { tourPrinter } from './tour-printer.ts';
import { reportTour } from './tour-report.ts';

export interface DemoOptions {
  readonly stateFolder: string;
  /** Somebody's own backend; left out, the sample one is started. */
  readonly upstream: string | undefined;
  readonly log: (line: string) => void;
}

/** Who reads along: lines as they come, or one document at the end. */
export interface Readers {
  write(text: string): void;
  report(text: string): void;
  readonly color: boolean;
}

export interface Demo {
  /** Plays the tour. @returns whether all of it held. */
  show(readers: Readers): Promise<boolean>;
  close(): Promise<void>;
}

/** How often ports are picked anew, when another process took one between the look and the listening. */
const PORT_TRIES = 3;

async function startOnFreePorts(policy: Policy, options: Pick<StackOptions, 'stateFolder' | 'log'>): Promise<Stack> {
  for (let tries = 1; ; tries++) {
    const ports = {
      gateway: await pickPort(policy.gateway.listen.host, policy.gateway.listen.port),
      auth: await pickPort(policy.auth.listen.host, policy.auth.listen.port),
    };
    try {
      return await startStack({ ...options, policy: resolvePolicy(policy, ports) });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE' || tries === PORT_TRIES) throw error;
    }
  }
}

/** Starts everything the demo needs, on the policy's ports where they are free. */
export async function startDemo({ stateFolder, upstream, log }: DemoOptions): Promise<Demo> {
  const orders = upstream === undefined ? await createOrdersApi({ randomId: () => randomBytes(8).toString('hex') }) : undefined;
  const backend = upstream ?? (orders as OrdersApi).url;
  const policy = parsePolicy(upstream === undefined ? ordersPolicy(backend) : anyUpstreamPolicy(backend));
  const wanted = { gateway: policy.gateway.listen.port, auth: policy.auth.listen.port };
  let stack: Stack;
  try {
    stack = await startOnFreePorts(policy, { stateFolder, log });
  } catch (error) {
    await orders?.close();
    throw error;
  }
  const urls = { gateway: stack.gatewayUrl, auth: stack.issuer, backend };
  return {
    async show({ write, report, color }) {
      const printer = tourPrinter(write, color);
      const person = await ensureDemoUser(stack.users, stateFolder);
      printer.heading('Sallyport: sign in, call, refresh, be attacked, sign out');
      for (const [name, url, port] of [
        ['gateway', urls.gateway, wanted.gateway],
        ['auth server', urls.auth, wanted.auth],
      ] as const) {
        if (!url.endsWith(`:${port}`)) printer.line(`  Port ${port} is taken, so the ${name} is at ${url}.`);
      }
      const played = await playTour({
        stack,
        person,
        orders,
        onStep: printer.step,
        onAttacks: () => printer.heading('Attacks, each mounted for real'),
        onAttack: printer.attack,
      });
      const result = reportTour(played.steps, played.attacks, urls);
      report(`${JSON.stringify(result, undefined, 2)}\n`);
      const failed = played.steps.filter(({ ok }) => !ok).length + played.attacks.filter(({ held }) => !held).length;
      printer.heading(
        failed === 0 ? `All held: ${played.steps.length} steps, ${played.attacks.length} attacks refused.` : `${failed} did NOT hold.`,
      );
      printer.line(`  gateway      ${urls.gateway}`);
      printer.line(`  auth server  ${urls.auth}`);
      printer.line(`  backend      ${urls.backend}`);
      printer.line(`  sign in as   ${person.name} with ${person.password} (this machine's demo user)`);
      printer.line(`  try          curl --cacert .sallyport/tls/ca.pem ${urls.gateway}${orders === undefined ? '/' : '/orders'}`);
      printer.line('  log          .sallyport/access.log');
      return result.ok;
    },
    async close() {
      await stack.close();
      await orders?.close();
    },
  };
}
