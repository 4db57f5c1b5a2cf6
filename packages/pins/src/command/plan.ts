import { resolve } from 'node:path';
import { fetchChain } from '../material/fetch-chain.ts';
import { MAX_MATERIAL_BYTES } from '../material/read-key-material.ts';
import { PinsError } from '../pins-error.ts';
import { formatPlan } from '../plan/format-plan.ts';
import { makePlan } from '../plan/make-plan.ts';
import type { PlanCertificate } from '../plan/plan.ts';
import { planChain } from '../plan/plan-chain.ts';
import { planHtml } from '../plan/plan-html.ts';
import { checkClock } from '../set/check-clock.ts';
import type { PinSet } from '../set/pin-set.ts';
import { oneOf, type PinsCommand, readArgs, wholeNumber } from './command.ts';
import { readWhole, writeWhole } from './files.ts';
import type { PinsIo } from './io.ts';
import { DEFAULT_SET_FILE, loadSet } from './set-file.ts';

const options = {
  offline: { type: 'boolean', description: 'Do not look at the live hosts.' },
  connect: { type: 'string', multiple: true, argument: 'HOST=ADDRESS[:PORT]', description: 'Look for HOST there; may be repeated.' },
  ca: {
    type: 'string',
    argument: 'FILE',
    description: 'Trust these certificates (PEM) instead of the public ones; the public lifetimes do not bind them.',
  },
  days: { type: 'string', argument: 'N', description: 'How far to look (default 1095).' },
  format: { type: 'string', argument: 'text|json|html', description: 'How to write it: text (default), json or html.' },
  output: { type: 'string', argument: 'FILE', description: 'Write there instead of printing.' },
} as const;

export const plan: PinsCommand = {
  name: 'plan',
  summary: 'Say with dates whether a set survives what is coming.',
  usage: 'pins plan [FILE] [--offline] [--connect HOST=ADDRESS[:PORT]] [--ca FILE] [--days N] [--format text|json|html] [--output FILE]',
  detail: `Looks at the live chain of every host and goes through what may happen: renewals at the certificate's own cadence and with
the lifetimes to come (200, 100, 47 days), loss of the leaf key, another issuer, expiry of intermediates and roots, loss of
the backup key, each for every app version in use. Exit 1 unless the set survives all of it.`,
  example: 'sallyport pins plan pins.json --format html --output plan.html',
  options,
  async run(args, io) {
    const { values, positionals } = readArgs('plan', args, options);
    const format = oneOf(values.format ?? 'text', ['text', 'json', 'html'], '--format');
    const days = values.days === undefined ? 1095 : wholeNumber(values.days, '--days', 1, 11_000);
    const set = await loadSet(positionals[0] ?? DEFAULT_SET_FILE, io);
    checkClock(set, io.now());
    const chains = values.offline === true ? new Map<string, never>() : await liveChains(set, values, io);
    const made = makePlan({ set, now: io.now(), chains, days, privateAuthority: values.ca !== undefined });
    const text = format === 'text' ? formatPlan(made) : format === 'json' ? `${JSON.stringify(made, null, 2)}\n` : planHtml(made);
    if (values.output === undefined) io.stdout(text);
    else await writeWhole(resolve(io.cwd, values.output), text);
    return made.verdict === 'survives' ? 0 : 1;
  },
};

interface LiveOptions {
  readonly connect?: readonly string[] | undefined;
  readonly ca?: string | undefined;
}

/** The chains the hosts of a set show now. @throws PinsError of the first host that shows none. */
export async function liveChains(set: PinSet, options: LiveOptions, io: PinsIo): Promise<ReadonlyMap<string, readonly PlanCertificate[]>> {
  const ca = options.ca === undefined ? undefined : (await readWhole(resolve(io.cwd, options.ca), MAX_MATERIAL_BYTES)).toString('utf8');
  const places = connectPlaces(options.connect ?? []);
  const chains = new Map<string, readonly PlanCertificate[]>();
  for (const { host } of set.hosts) {
    const { certificates } = await fetchChain({ host, ca, now: io.now, ...places.get(host) });
    chains.set(host, planChain(certificates));
  }
  return chains;
}

/** Reads `HOST=ADDRESS[:PORT]`. @throws PinsError `usage`. */
export function connectPlaces(texts: readonly string[]): ReadonlyMap<string, { readonly address: string; readonly port: number }> {
  return new Map(
    texts.map((text) => {
      const match = /^([a-z0-9.-]+)=([\w.-]+|\[[\da-f:]+\])(?::(\d{1,5}))?$/i.exec(text);
      if (match === null) throw new PinsError('usage', `--connect wants HOST=ADDRESS[:PORT], not "${text}".`);
      const [, host = '', address = '', port = '443'] = match;
      return [host.toLowerCase(), { address: address.replace(/^\[|\]$/g, ''), port: Number(port) }];
    }),
  );
}
