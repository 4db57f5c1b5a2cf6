import type { IncomingMessage } from 'node:http';
import { createServer } from 'node:net';
import { text } from 'node:stream/consumers';
import { PIN_REPORT_PATH, parsePinReport, type SpkiPin } from '@sallyport/protocol';
import { afterEach, expect, test } from 'vitest';
import { createCancellation } from '../cancellation.ts';
import { createTestAuthority } from '../testing/certificates.ts';
import { listenTls } from '../testing/listen-tls.ts';
import { nodePlatform } from './node-platform.ts';
import { createPinReporter } from './pin-reporter.ts';

const HOUR = 3_600_000;
const authority = createTestAuthority();
const [honest, rogue] = [authority.issue(), authority.issue()];
const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

interface Arrived {
  readonly method: string | undefined;
  readonly path: string | undefined;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

/** A gateway that takes reports, and tells of the next one. */
async function openGateway() {
  const arrived: Arrived[] = [];
  let tell = () => {};
  const server = await listenTls(honest, async (request, response) => {
    arrived.push({ method: request.method, path: request.url, headers: request.headers, body: await text(request) });
    response.writeHead(204).end();
    tell();
  });
  closers.push(server.close);
  const next = () =>
    new Promise<void>((resolve) => {
      tell = resolve;
    });
  return { api: `https://localhost:${server.port}`, arrived, next };
}

const failure = (host: string) => ({ host, detail: 'none of the keys shown is pinned', seen: [honest.pin as SpkiPin] });
const way = { extraAuthorities: [authority.certificate] };

/** The platform of an app that is intercepted: its calls, with a token, meet a server with another key. */
async function interceptedApp(api: string) {
  const proxy = await listenTls(rogue, (_, response) => response.end());
  const pins = { hosts: { localhost: { pins: [honest.pin, authority.issue().pin] } } };
  const platform = nodePlatform({ ...way, pins, pinReports: { api, appVersion: '3.2.0', setVersion: 7 } });
  closers.push(proxy.close, platform.transport.close);
  const headers = { authorization: 'DPoP at-canary', dpop: 'proof-canary' };
  const url = `https://localhost:${proxy.port}/orders?secret=canary`;
  const call = () =>
    platform.transport.send({ method: 'GET', url, headers, body: undefined, signal: createCancellation().signal, maxBytes: 10 });
  return { call };
}

test('a call that is intercepted fails as ever, and the gateway is told of it once, without a secret', async () => {
  const gateway = await openGateway();
  const { call } = await interceptedApp(gateway.api);
  const arrival = gateway.next();
  for (let attempt = 0; attempt < 5; attempt++) await expect(call()).rejects.toMatchObject({ failure: 'pin-failure', requestSent: false });
  await arrival;
  expect(gateway.arrived).toHaveLength(1);
  const [report] = gateway.arrived;
  expect(report).toMatchObject({ method: 'POST', path: PIN_REPORT_PATH });
  expect(parsePinReport(report?.body ?? '')).toEqual({
    host: 'localhost',
    appVersion: '3.2.0',
    setVersion: 7,
    seen: [rogue.pin, authority.pin],
  });
  expect(JSON.stringify(report)).not.toContain('canary');
  expect(Object.keys(report?.headers ?? {}).sort()).toEqual(['connection', 'content-length', 'content-type', 'host']);
});

test('a gateway that cannot be reached, or never answers, holds nothing up', async () => {
  const silent = createServer(() => {});
  await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
  const { port } = silent.address() as { port: number };
  closers.push(() => silent.close());
  for (const api of [`https://localhost:${port}`, 'https://nobody.invalid']) {
    const { call } = await interceptedApp(api);
    await expect(call()).rejects.toMatchObject({ failure: 'pin-failure' });
  }
});

test('one report an hour for each host, and no more than ten hosts', async () => {
  const gateway = await openGateway();
  let uptime = 0;
  const report = createPinReporter({ ...way, api: gateway.api, appVersion: '1.0', uptime: () => uptime });
  const reportAll = async (expected: number) => {
    for (let count = 0; count < 30; count++) for (const host of ['a.test', 'b.test']) report(failure(host));
    await expect.poll(() => gateway.arrived.length).toBe(expected);
  };
  await reportAll(2);
  uptime = HOUR - 1;
  await reportAll(2);
  uptime = HOUR;
  await reportAll(4);
  for (let count = 0; count < 30; count++) report(failure(`host-${count}.test`));
  await expect.poll(() => gateway.arrived.length).toBe(12);
});

test.each([
  ['a plain address', { api: 'http://api.example', appVersion: '1.0' }],
  ['no address', { api: 'api.example', appVersion: '1.0' }],
  ['a version that could break a log line', { api: 'https://api.example', appVersion: '1.0\n' }],
  ['a set version below zero', { api: 'https://api.example', appVersion: '1.0', setVersion: -1 }],
])('%s is refused at start', (_, options) => {
  expect(() => createPinReporter(options)).toThrow(expect.objectContaining({ code: 'invalid-option' }));
});
