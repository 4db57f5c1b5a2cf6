import { checkIo } from '../check-io.ts';
import type { Command, ExitCode } from '../command.ts';
import { type Arguments, readArguments } from '../read-arguments.ts';
import { REPORT_USAGE, readList, readReportOptions, reportOptions } from '../report-options.ts';
import { UsageError } from '../usage-error.ts';

/** `sallyport check api URL` */
export const checkApi: Command = {
  name: 'check api',
  summary: 'Check a running API of your own: TLS, tokens, sessions, limits, errors, caches, excess data. Says what it sent.',
  usage: `check api URL [--credentials FILE] [--openapi FILE] [--pins PIN,PIN] [--ca FILE] [--active] [--alerts HOST:PORT] [--alert-wait SECONDS] [--i-own HOST,HOST] [--client-id ID] [--issuer URL] [--objects PATH,PATH] [--max-requests N] ${REPORT_USAGE}`,
  example: 'sallyport check api https://localhost:8443/orders --ca .sallyport/tls/ca.pem --credentials test-user.json',
  options: {
    credentials: { type: 'string', argument: 'FILE', description: 'JSON with test users: tokens and device keys. They are used up.' },
    openapi: { type: 'string', argument: 'FILE', description: 'OpenAPI document, JSON or YAML: what the API is meant to answer.' },
    pins: { type: 'string', argument: 'PIN,PIN', description: 'Pins the app ships; they are held against the live chain.' },
    ca: { type: 'string', argument: 'FILE', description: 'PEM of an authority to trust.' },
    active: { type: 'boolean', description: 'Allow floods and lock-out probes. Bounded, and said in the report.' },
    alerts: {
      type: 'string',
      argument: 'HOST:PORT',
      description: 'Listen there as a webhook of your alerting system: an alert of the drill must arrive. A port alone is on loopback.',
    },
    'alert-wait': { type: 'string', argument: 'SECONDS', description: 'Longest wait for that alert. Default 120.' },
    'i-own': {
      type: 'string',
      argument: 'HOST,HOST',
      description: 'Hosts beyond this machine that are yours to test. Others are refused.',
    },
    'client-id': { type: 'string', argument: 'ID', description: 'OAuth client of the test tokens, for refresh and revocation.' },
    issuer: { type: 'string', argument: 'URL', description: 'The auth server; its metadata names the endpoints.' },
    objects: { type: 'string', argument: 'PATH,PATH', description: 'Objects of the first test user alone, to try as the second.' },
    'max-requests': { type: 'string', argument: 'N', description: 'Most requests and connections in all. Default 1000.' },
    ...reportOptions,
  },
  async run(args, io) {
    const options = readArguments(this, args, ['URL']);
    const alerts = readAlerts(options);
    const { runCheckApi } = await import('@sallyport/checker/api');
    const clientId = options.text('client-id');
    const maxRequests = readCount(options, 'max-requests');
    const code = await runCheckApi(
      {
        ...readReportOptions(options),
        url: options.positionals[0] as string,
        credentials: options.text('credentials'),
        openapi: options.text('openapi'),
        ca: options.text('ca'),
        pins: readList(options.text('pins')),
        owned: readList(options.text('i-own')),
        objects: readList(options.text('objects')),
        active: options.flag('active'),
        ...(clientId !== undefined && { oauth: { clientId, issuer: options.text('issuer') } }),
        ...(maxRequests !== undefined && { maxRequests }),
        ...(alerts !== undefined && { alerts: { ...alerts, wait: readCount(options, 'alert-wait') } }),
      },
      checkIo(io),
    );
    return code as ExitCode;
  },
};

/** A port alone means loopback: nobody opens one to a network without having said so. */
function readAlerts(options: Arguments): { host: string; port: number } | undefined {
  const text = options.text('alerts');
  if (text === undefined) return undefined;
  const [, host = '127.0.0.1', digits] = /^(?:(\[[0-9a-f:.]+\]|[a-z0-9.-]+):)?(\d{1,5})$/i.exec(text) ?? [];
  const port = Number(digits);
  if (port >= 1 && port <= 65_535) return { host: host.replace(/^\[|\]$/g, ''), port };
  throw new UsageError(`--alerts takes HOST:PORT, or a port of this machine alone, not ${JSON.stringify(text)}.`);
}

function readCount(options: Arguments, name: string): number | undefined {
  const text = options.text(name);
  if (text === undefined || /^[1-9]\d{0,5}$/.test(text)) return text === undefined ? undefined : Number(text);
  throw new UsageError(`--${name} takes a whole number above 0, not ${JSON.stringify(text)}.`);
}
