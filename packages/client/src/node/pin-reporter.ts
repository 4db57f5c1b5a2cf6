import { formatPinReport, PIN_REPORT_PATH, type PinFailureReport, parsePinReport } from '@sallyport/protocol';
import { createCancellation } from '../cancellation.ts';
import { ClientError } from '../errors.ts';
import type { PinReport } from './pin-check.ts';
import { createNodeTransport, type NodeTransportOptions } from './transport.ts';

/** Longest wait, in milliseconds. Nobody waits for it, but a process that ends does not end before. */
const TIMEOUT = 5000;
/** Milliseconds between two reports about a host, whatever came of the first: an outage must not become a flood. */
const PAUSE = 3_600_000;
/** Most hosts told of within that time; an app talks to two or three. */
const MOST_HOSTS = 10;

export interface PinReporterOptions extends Pick<NodeTransportOptions, 'extraAuthorities' | 'connectTo'> {
  /** Origin of the gateway; it counts reports if its policy names a pin set. */
  readonly api: string;
  /** Letters, digits and `_.+-`, at most 64. */
  readonly appVersion: string;
  /** Version of the pin set in force. Default 0: the one the app was built with. */
  readonly setVersion?: number;
  /** Milliseconds on a clock that never steps back. */
  readonly uptime?: () => number;
}

/**
 * Makes what tells the gateway of pin failures: at once, once an hour for each host, without any credential, and over a
 * connection that need not be pinned, because the pinned one is what just failed. Whoever sits on that one too learns which
 * keys they themselves showed, and may keep the report from arriving.
 *
 * @returns takes a failure, returns at once and never throws.
 * @throws ClientError `invalid-option`.
 */
export function createPinReporter(options: PinReporterOptions): (failure: PinReport) => void {
  const { api, appVersion, setVersion = 0, uptime = () => performance.now(), ...way } = options;
  if (!URL.canParse(api) || new URL(api).protocol !== 'https:') {
    throw new ClientError('invalid-option', 'The api that takes pin reports must be an https:// address.');
  }
  if (parsePinReport(formatPinReport({ host: 'localhost', appVersion, setVersion, seen: [] })) === undefined) {
    throw new ClientError(
      'invalid-option',
      'The appVersion of pin reports must be letters, digits and _.+-, the setVersion a whole number.',
    );
  }
  const url = new URL(PIN_REPORT_PATH, api).href;
  const told = new Map<string, number>();
  return ({ host, seen }) => {
    const now = uptime();
    for (const [name, at] of told) if (now - at >= PAUSE) told.delete(name);
    if (told.has(host) || told.size >= MOST_HOSTS) return;
    told.set(host, now);
    void send(url, { host, appVersion, setVersion, seen }, way);
  };
}

/** Never rejects: a report that does not arrive is no reason to fail. */
async function send(url: string, report: PinFailureReport, way: Pick<NodeTransportOptions, 'extraAuthorities' | 'connectTo'>) {
  const cancellation = createCancellation<'timeout'>();
  const timer = setTimeout(() => cancellation.cancel('timeout'), TIMEOUT);
  try {
    // Without pins: the authorities of the system alone decide.
    const transport = createNodeTransport(way);
    const headers = { 'content-type': 'application/json' };
    const body = Buffer.from(formatPinReport(report));
    await transport
      .send({ method: 'POST', url, headers, body, signal: cancellation.signal, maxBytes: 1024 })
      .finally(() => transport.close());
  } catch {
    // The app's own failure has been told already.
  } finally {
    clearTimeout(timer);
  }
}
