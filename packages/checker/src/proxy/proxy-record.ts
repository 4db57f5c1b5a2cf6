import type { ProxyEvent } from './proxy-event.ts';

/** What was seen of one host under test. */
export interface HostRecord {
  readonly host: string;
  /** Connections that came far enough to be told apart. */
  readonly handshakes: number;
  /** How it was refused, and how often. */
  readonly refused: ReadonlyMap<string, number>;
  readonly refusedBy: ReadonlySet<string>;
  /** Requests that came through, and how often. */
  readonly accepted: ReadonlyMap<string, number>;
  readonly acceptedBy: ReadonlySet<string>;
  /** Whether every accepted request came from a browser of Android. */
  readonly androidOnly: boolean;
  readonly cleartext: ReadonlyMap<string, number>;
  readonly unclear: ReadonlyMap<string, number>;
}

/** All that a run saw. */
export interface ProxySight {
  readonly pinned: readonly HostRecord[];
  /** Host that shows whether the device trusts the authority and uses the proxy. */
  readonly control: HostRecord;
  /** Whether the control is the proxy's own page, which a browser opens, or a host the app itself calls. */
  readonly controlIsPage: boolean;
  readonly notNamed: ReadonlyMap<string, number>;
  readonly passedOn: ReadonlyMap<string, number>;
  readonly strangers: ReadonlyMap<string, number>;
  readonly crowded: number;
}

/** Different texts kept of a kind; more are counted as one. A report with more is not read, and a flood must not fill the memory. */
const MAX_KINDS = 50;
const REST = 'others';

type Mutable<T> = { -readonly [K in keyof T]: T[K] extends ReadonlyMap<string, number> ? Map<string, number> : T[K] };
type Counted = Mutable<Omit<HostRecord, 'refusedBy' | 'acceptedBy'>> & { refusedBy: Set<string>; acceptedBy: Set<string> };

/**
 * Counts what happens at the proxy.
 *
 * @example const record = createProxyRecord({ pinned: ['api.example.com'], control: 'cdn.example.com', controlIsPage: false })
 */
export function createProxyRecord(hosts: {
  readonly pinned: readonly string[];
  readonly control: string;
  readonly controlIsPage: boolean;
}) {
  const records = new Map([...hosts.pinned, hosts.control].map((host) => [host, emptyRecord(host)]));
  const [notNamed, passedOn, strangers] = [new Map<string, number>(), new Map<string, number>(), new Map<string, number>()];
  let crowded = 0;
  return {
    add(event: ProxyEvent): void {
      if (event.kind === 'crowded') crowded++;
      else if (event.kind === 'stranger') count(strangers, event.from);
      else if (event.kind === 'not-named') count(notNamed, event.host);
      else if (event.kind === 'passed-on') count(passedOn, event.host);
      else {
        const record = records.get(event.host);
        if (record !== undefined) note(record, event);
      }
    },
    sight: (): ProxySight => ({
      pinned: hosts.pinned.map((host) => records.get(host) as HostRecord),
      control: records.get(hosts.control) as HostRecord,
      controlIsPage: hosts.controlIsPage,
      notNamed,
      passedOn,
      strangers,
      crowded,
    }),
  };
}

function note(record: Counted, event: Extract<ProxyEvent, { kind: 'refused' | 'accepted' | 'cleartext' | 'unclear' }>): void {
  if (event.kind !== 'cleartext') record.handshakes++;
  switch (event.kind) {
    case 'refused':
      count(record.refused, event.how);
      if (record.refusedBy.size < MAX_KINDS) record.refusedBy.add(event.from);
      break;
    case 'accepted':
      count(record.accepted, event.request);
      if (record.acceptedBy.size < MAX_KINDS) record.acceptedBy.add(event.from);
      record.androidOnly &&= event.android === true;
      break;
    case 'cleartext':
      count(record.cleartext, event.request);
      break;
    case 'unclear':
      count(record.unclear, event.why);
  }
}

function emptyRecord(host: string): Counted {
  const counts = () => new Map<string, number>();
  return {
    host,
    handshakes: 0,
    refused: counts(),
    refusedBy: new Set(),
    accepted: counts(),
    acceptedBy: new Set(),
    androidOnly: true,
    cleartext: counts(),
    unclear: counts(),
  };
}

function count(counts: Map<string, number>, text: string): void {
  const key = counts.has(text) || counts.size < MAX_KINDS ? text : REST;
  counts.set(key, (counts.get(key) ?? 0) + 1);
}

/** How often in all. */
export const total = (counts: ReadonlyMap<string, number>): number => [...counts.values()].reduce((sum, each) => sum + each, 0);

/** The commonest first. @example 'alert unknown_ca (48) 3 times; closed at once after the handshake' */
export function listCounts(counts: ReadonlyMap<string, number>, most = 5): string {
  const sorted = [...counts].sort(([, left], [, right]) => right - left);
  const shown = sorted.slice(0, most).map(([text, times]) => (times === 1 ? text : `${text} ${times} times`));
  return [...shown, ...(sorted.length > most ? [`${sorted.length - most} more`] : [])].join('; ');
}
