import { randomBytes } from 'node:crypto';
import { isIP } from 'node:net';
import { type CheckIo, CouldNotRun, EXIT_COULD_NOT_RUN } from '../check-io.ts';
import type { State } from '../judge/finding.ts';
import { type ReportOptions, runCheck } from '../run-check.ts';
import { auditSight } from './audit-sight.ts';
import { proxyAudits } from './audits/index.ts';
import { createRunAuthority, type RunAuthority } from './forge-certificates.ts';
import { type Place, readHost, readPlace, writePlace } from './host-name.ts';
import { CONTROL_HOST } from './own-pages.ts';
import { asAudit } from './proxy-audit.ts';
import { describeEvent, type ProxyEvent } from './proxy-event.ts';
import { createProxyRecord, type HostRecord, listCounts, type ProxySight, total } from './proxy-record.ts';
import { type RunningProxy, startProxy } from './start-proxy.ts';

export interface RunCheckProxyOptions extends ReportOptions {
  /** Hosts the app is meant to pin. */
  readonly pinned: readonly string[];
  /** A host the app calls without pins; left out, a page a browser opens. */
  readonly control?: string | undefined;
  /** `host:port`; port 0 takes a free one. */
  readonly listen: string;
  /** Hosts passed on untouched, with a port when it is not 443; `*.example.com` means all below it. */
  readonly passThrough?: readonly string[];
  /** IP addresses that may connect besides private ones. */
  readonly from?: readonly string[];
}

/** A proxy that runs. */
export interface ProxySession {
  readonly at: Place;
  readonly authority: Pick<RunAuthority, 'name' | 'pem' | 'der'>;
  /** The address that shows whether a client trusts the authority. */
  readonly controlUrl: string;
  readonly controlIsPage: boolean;
}

/** Lines of one text that are shown while the app runs: one that tries again and again says nothing new. */
const SHOWN_OF_A_LINE = 3;
/** Different lines shown; the report has the counts. */
const MAX_LINES = 500;

/**
 * `sallyport check proxy`.
 *
 * @param attend runs while the proxy does, and ends the test by coming back; what it returns is noted in the report.
 * @returns 0 gate open and the pins proved, 1 gate closed, 2 nothing could run or nothing was proved (one clear line says why).
 */
export async function runCheckProxy(
  options: RunCheckProxyOptions,
  io: CheckIo,
  attend: (session: ProxySession) => Promise<readonly string[]>,
): Promise<number> {
  let pins: { state: State; why: string | undefined } | undefined;
  const code = await runCheck(proxyAudits.map(asAudit), options, io, async ({ audits, progress }) => {
    const hosts = readOptions(options);
    const record = createProxyRecord(hosts);
    const show = lines((text) => progress?.(`${text}\n`));
    const authority = createRunAuthority(io.now().getTime(), randomBytes(3).toString('hex'));
    const proxy = await start({
      ...hosts,
      authority,
      intercepted: [...hosts.pinned, hosts.control],
      now: () => performance.now(),
      tell: (event) => {
        record.add(event);
        show(event);
      },
    });
    let notes: readonly string[] = [];
    try {
      const at = { host: hosts.listen.host, port: proxy.port };
      notes = await attend({ at, authority, controlUrl: `https://${hosts.control}/`, controlIsPage: hosts.controlIsPage });
    } finally {
      await proxy.close();
    }
    const sight = record.sight();
    const chosen = proxyAudits.filter(({ id }) => audits.some((audit) => audit.id === id));
    const results = auditSight(chosen, sight);
    pins = results.find(({ audit }) => audit.references.checklist === 'pins-against-proxy');
    return {
      subject: { kind: 'proxy', name: hosts.pinned.join(', '), effort: effortOf(sight) },
      results,
      notes: [...notesOf(sight), ...notes].map((message) => ({ path: '', message })),
    };
  });
  if (code !== 0 || pins === undefined || (pins.state !== 'inconclusive' && pins.state !== 'error')) return code;
  io.err(`The pins are not proved: ${pins.why ?? pins.state}\n`);
  return EXIT_COULD_NOT_RUN;
}

function readOptions({ pinned, control, listen, passThrough = [], from = [] }: RunCheckProxyOptions) {
  if (pinned.length === 0) throw new CouldNotRun('No host was named; name those the app pins with --pinned api.example.com.');
  const place = readPlace(listen);
  if (place === undefined || isIP(place.host) === 0)
    throw new CouldNotRun(`--listen takes an IP address and a port such as 127.0.0.1:8899, not ${JSON.stringify(listen)}.`);
  const stranger = from.find((address) => isIP(address) === 0);
  if (stranger !== undefined) throw new CouldNotRun(`--from takes IP addresses, not ${JSON.stringify(stranger)}.`);
  const hosts = [...new Set(pinned.map((text) => hostOf('--pinned', text)))];
  const controlHost = control === undefined ? CONTROL_HOST : hostOf('--control', control);
  const passed = passThrough.map(readPassed);
  if (hosts.includes(controlHost))
    throw new CouldNotRun(`${controlHost} cannot be pinned and the control at once: the control is a host the app calls without pins.`);
  const both = passed.find(({ host }) => host === controlHost || hosts.includes(host))?.host;
  if (both !== undefined) throw new CouldNotRun(`${both} cannot be tested and passed through at once; leave it out of --pass-through.`);
  return { pinned: hosts, control: controlHost, controlIsPage: control === undefined, listen: place, passThrough: passed, from };
}

/** TLS has this port; a relay to mail or databases is no part of a test unless it is named. */
const PASSED_PORT = 443;

function readPassed(text: string): Place {
  const [, below = '', name = '', port] = /^(\*\.)?(.*?)(?::(\d{1,5}))?$/.exec(text) ?? [];
  return { host: `${below}${hostOf('--pass-through', name)}`, port: port === undefined ? PASSED_PORT : Number(port) };
}

function hostOf(option: string, text: string): string {
  const host = readHost(text);
  if (host === undefined) throw new CouldNotRun(`${option} takes host names such as api.example.com, not ${JSON.stringify(text)}.`);
  return host;
}

async function start(options: Parameters<typeof startProxy>[0]): Promise<RunningProxy> {
  return startProxy(options).catch((error: NodeJS.ErrnoException) => {
    const where = writePlace(options.listen);
    if (error.code === 'EADDRINUSE') throw new CouldNotRun(`Another program listens at ${where}; choose another port with --listen.`);
    throw new CouldNotRun(
      `The proxy cannot listen at ${where} (${error.code ?? error.message}); name an address of this machine with --listen.`,
    );
  });
}

function lines(write: (text: string) => void): (event: ProxyEvent) => void {
  const shown = new Map<string, number>();
  return (event) => {
    const text = describeEvent(event);
    const times = (shown.get(text) ?? 0) + 1;
    if (times > SHOWN_OF_A_LINE || (times === 1 && shown.size >= MAX_LINES)) return;
    shown.set(text, times);
    write(text);
  };
}

function effortOf({ pinned, control }: ProxySight) {
  const hosts = [...pinned, control];
  return [
    { count: hosts.reduce((sum, { handshakes }) => sum + handshakes, 0), of: 'handshake' },
    { count: hosts.reduce((sum, { accepted, cleartext }) => sum + total(accepted) + total(cleartext), 0), of: 'request' },
  ];
}

function notesOf({ pinned, control, notNamed, passedOn, strangers, crowded }: ProxySight): string[] {
  const list = (counts: ReadonlyMap<string, number>, what: string) => (counts.size === 0 ? [] : [`${what}: ${listCounts(counts, 10)}.`]);
  return [
    ...pinned.flatMap((record) => notesOfHost(record, 'under test')),
    ...notesOfHost(control, 'control'),
    ...list(notNamed, 'Turned away, because nobody named them (--pinned, --control, --pass-through)'),
    ...list(passedOn, 'Passed on untouched'),
    ...list(strangers, 'Turned away, because no private address (--from)'),
    ...(crowded === 0 ? [] : [`${crowded} connections were turned away, because too many were open.`]),
  ];
}

/** @example 'api.example.com (under test): refused 3, alert unknown_ca (48) 3 times; accepted 0' */
function notesOfHost({ host, handshakes, refused, accepted, unclear }: HostRecord, role: string): string[] {
  if (handshakes === 0) return [];
  const part = (word: string, counts: ReadonlyMap<string, number>) =>
    counts.size === 0 ? `${word} 0` : `${word} ${total(counts)} (${listCounts(counts)})`;
  return [`${host}, ${role}: ${part('refused', refused)}, ${part('accepted', accepted)}, ${part('unclear', unclear)}.`];
}
