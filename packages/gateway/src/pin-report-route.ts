import { decodeUtf8, PIN_REPORT_PATH, parsePinReport } from '@sallyport/protocol';
import { type OwnRoute, publicRoute } from './own-route.ts';
import { refuseExchange } from './refuse-exchange.ts';
import { requestBody } from './request-body.ts';

/** A report names a host, a version and at most ten pins; with JSON around them that is well under 1 KiB. */
const MAX_REPORT_BYTES = 2048;

/** An app reports once per start and host at most; an office behind one address may have a few of them. */
const REPORT_LIMIT = { limit: 20, window: 60_000 };

/** Kinds of report that are counted apart. Anybody may send any, so their number is bounded; the rest counts as `other`. */
const MAX_KINDS = 500;

/**
 * Takes reports of pin failures, unauthenticated because an app that cannot reach us pinned cannot sign in either.
 *
 * Nothing in a report is believed: it is counted by app version and host, and told to the log once per doubling, so that a
 * flood of them is a few lines.
 */
export function pinReportRoute(log: (line: string) => void, now: () => number): OwnRoute {
  const counts = new Map<string, number>();
  return {
    route: publicRoute('POST', PIN_REPORT_PATH, MAX_REPORT_BYTES, REPORT_LIMIT),
    async answer(exchange, delivery) {
      const chunks: Buffer[] = [];
      for await (const chunk of requestBody(exchange.request, MAX_REPORT_BYTES)) chunks.push(chunk);
      const text = decodeUtf8(Buffer.concat(chunks));
      const report = text === undefined ? undefined : parsePinReport(text);
      if (report === undefined) {
        refuseExchange(exchange, { reason: 'request-malformed', detail: 'no pin report' }, 'pin-report');
        return;
      }
      const kind = `${report.appVersion} ${report.host}`;
      const key = counts.has(kind) || counts.size < MAX_KINDS ? kind : 'other';
      const count = (counts.get(key) ?? 0) + 1;
      counts.set(key, count);
      if (Number.isInteger(Math.log2(count))) {
        const { host, appVersion, setVersion, seen } = report;
        log(JSON.stringify({ time: new Date(now()).toISOString(), event: 'pin-report', host, appVersion, setVersion, seen, count }));
      }
      delivery.begin(204, []);
      delivery.end();
    },
  };
}
