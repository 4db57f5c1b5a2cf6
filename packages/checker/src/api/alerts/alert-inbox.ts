import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import type { AlertOptions } from '../options.ts';
import { describeAlert } from './describe-alert.ts';

/** One POST of an alerting system. */
export interface Alert {
  /** Milliseconds since 1970. */
  readonly at: number;
  /** What it says, masked. */
  readonly summary: string;
  /** Equal for two that differ in numbers, times and ids only. */
  readonly kind: string;
}

/** Where alerts of the user's own alerting system arrive while a check runs. */
export interface AlertInbox {
  /** @example 'http://127.0.0.1:9099/' */
  readonly url: string;
  /** Milliseconds a drill waits for its alert at most. */
  readonly patience: number;
  /** Listens for so many milliseconds: what arrives until then is everyday noise, and so is what looks like it later. */
  learnNoise(milliseconds: number): Promise<void>;
  /**
   * The first alert since then that is no noise; waits for it as long as there is patience. When none came, one from earlier in the run.
   *
   * @param since milliseconds since 1970.
   */
  alertSince(since: number): Promise<Alert | undefined>;
  /** How many arrived that do not count. */
  readonly noise: number;
  close(): Promise<void>;
}

/** An Alertmanager group of some dozens of alerts; of what is longer the beginning is read. */
const MAX_BODY = 65_536;
/** More than any drill raises. What comes after is answered and forgotten. */
const MAX_ALERTS = 1_000;
/** Seconds: a scrape, an evaluation and a group wait of Prometheus and Alertmanager as they come. */
const PATIENCE = 120;
/** Milliseconds for a whole request: an alerting system is no slow phone. */
const REQUEST_TIMEOUT = 10_000;

/**
 * Listens for webhooks. Any path, any form, `POST` or `PUT`; each is answered with 200.
 *
 * @param host loopback unless the user names another.
 * @throws node's error when it cannot listen there.
 * @example const inbox = await openAlertInbox({ host: '127.0.0.1', port: 9099 }, Date.now)
 */
export async function openAlertInbox({ host, port, wait = PATIENCE }: AlertOptions, now: () => number): Promise<AlertInbox> {
  const alerts: (Alert & { readonly over: boolean })[] = [];
  const noise = new Set<string>();
  const waiting = new Set<() => void>();
  const isAlarm = ({ kind, over }: (typeof alerts)[number]) => !over && !noise.has(kind);

  const server = createServer({ requestTimeout: REQUEST_TIMEOUT, headersTimeout: REQUEST_TIMEOUT }, (request, response) => {
    if (request.method !== 'POST' && request.method !== 'PUT') {
      response.writeHead(405, { allow: 'POST' }).end();
      return;
    }
    readStart(request).then(
      (body) => {
        if (alerts.length < MAX_ALERTS) alerts.push({ at: now(), kind: kindOf(`${request.url}\n${body}`), ...describeAlert(body) });
        response.writeHead(200, { connection: 'close' }).end();
        for (const wake of waiting) wake();
      },
      () => response.destroy(),
    );
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
  });
  const at = server.address() as AddressInfo;

  return {
    url: `http://${at.family === 'IPv6' ? `[${at.address}]` : at.address}:${at.port}/`,
    patience: wait * 1000,
    learnNoise: async (milliseconds) => {
      await delay(milliseconds);
      for (const { kind } of alerts) noise.add(kind);
    },
    alertSince: async (since) => {
      const find = () => alerts.find((alert) => alert.at >= since && isAlarm(alert));
      if (find() === undefined) {
        await new Promise<void>((resolve) => {
          const wake = () => {
            if (find() !== undefined) done();
          };
          const done = () => {
            clearTimeout(timer);
            waiting.delete(wake);
            resolve();
          };
          const timer = setTimeout(done, wait * 1000);
          waiting.add(wake);
        });
      }
      return find() ?? alerts.find(isAlarm);
    },
    get noise() {
      return alerts.filter((alert) => !isAlarm(alert)).length;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** The same alert sent again differs in counts, times and ids. */
const kindOf = (text: string): string =>
  createHash('sha256')
    .update(text.replaceAll(/\b[0-9a-f-]{8,}\b|\d+/gi, '#'))
    .digest('hex');

async function readStart(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    chunks.push(chunk);
    length += chunk.length;
    if (length >= MAX_BODY) break;
  }
  return Buffer.concat(chunks).subarray(0, MAX_BODY).toString('utf8');
}
