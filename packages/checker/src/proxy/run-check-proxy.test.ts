import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { createTestCertificate } from '@sallyport/pipeline/testing';
import { expect, test } from 'vitest';
import { type ProxySession, type RunCheckProxyOptions, runCheckProxy } from './run-check-proxy.ts';
import { CANARY, callThroughProxy, curlThroughProxy, sendRaw } from './testing/proxy-clients.ts';

const HOST = 'api.example.com';
const SECOND = 'pay.example.com';
const CONTROL = 'control.sallyport.invalid';
const PIN = createTestCertificate().pin;

interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
  /** The verdict on the pins. */
  readonly pins: { readonly state: string; readonly why?: string };
  readonly report: {
    readonly subject: object;
    readonly findings: readonly { audit: string; path: string; severity: string; evidence: string }[];
    readonly checklist: readonly { id: string; state: string }[];
    readonly audits: readonly { id: string; state: string; why?: string }[];
    readonly notes: readonly { message: string }[];
  };
}

/** Runs the check while the apps of the test call through its proxy. */
async function check(attend: (session: ProxySession) => Promise<unknown>, options: Partial<RunCheckProxyOptions> = {}): Promise<Ran> {
  const written = { out: '', err: '' };
  const io = {
    out: (text: string) => {
      written.out += text;
    },
    err: (text: string) => {
      written.err += text;
    },
    terminal: true,
    color: false,
    width: 100,
    now: () => new Date(),
    version: '0.0.0',
  };
  const code = await runCheckProxy({ pinned: [HOST], listen: '127.0.0.1:0', format: 'json', ...options }, io, async (session) => {
    await attend(session);
    return [];
  });
  expect(written.out + written.err).not.toContain(CANARY);
  const report = JSON.parse(written.out);
  return { ...written, code, report, pins: report.audits.find(({ id }: { id: string }) => id === 'pins-refuse-proxy') };
}

const call = ({ at, authority }: ProxySession, host = HOST, pins?: readonly string[]) =>
  callThroughProxy({ port: at.port, host, ca: authority.pem, ...(pins !== undefined && { pins }) });

test('C4, T1: an app that refuses while its device trusts the authority has passed, and proves the line of the checklist', async () => {
  const { code, pins, report, err } = await check(async (session) => {
    expect(await call(session, CONTROL)).toBe('HTTP/1.1 200 OK');
    expect(await call(session, HOST, [PIN])).toBe('PIN');
    expect(await curlThroughProxy({ port: session.at.port, url: `https://${HOST}/`, ca: session.authority.pem, pin: PIN })).toBe(90);
  });
  expect({ code, state: pins.state }).toEqual({ code: 0, state: 'pass' });
  expect(report.subject).toEqual({ kind: 'proxy', name: HOST, effort: expect.anything() });
  expect(report.checklist).toContainEqual(expect.objectContaining({ id: 'pins-against-proxy', state: 'proved' }));
  // What a person at the terminal reads while it happens.
  expect(err).toContain(`${CONTROL}: the forged certificate was ACCEPTED`);
  expect(err.match(new RegExp(`${HOST}: the forged certificate was refused`, 'g'))).toHaveLength(2);
});

test('an app without pins fails, and the report says what it would have sent', async () => {
  const { code, pins, report } = await check(async (session) => {
    await call(session, CONTROL);
    await call(session);
    await call(session, HOST, [PIN]);
  });
  expect({ code, state: pins.state }).toEqual({ code: 1, state: 'fail' });
  const evidence = 'GET /orders/{…}?access_token=… with authorization (bearer)';
  expect(report.findings).toEqual([expect.objectContaining({ audit: 'pins-refuse-proxy', severity: 'critical', path: HOST, evidence })]);
  expect(report.checklist).toContainEqual(expect.objectContaining({ id: 'pins-against-proxy', state: 'broken' }));
});

test('one host with pins does not excuse another without', async () => {
  const visit = async (session: ProxySession) => {
    await call(session, CONTROL);
    await call(session, HOST, [PIN]);
    await call(session, SECOND);
  };
  const { code, report } = await check(visit, { pinned: [HOST, SECOND] });
  expect(code).toBe(1);
  expect(report.findings.map(({ path }) => path)).toEqual([SECOND]);
});

test.each<[string, (session: ProxySession) => Promise<unknown>, RegExp]>([
  ['the control was never asked for', (session) => call(session, HOST, [PIN]), /control was never asked for.*Install|install it/],
  [
    'the device does not know the authority',
    async ({ at }) => {
      for (const host of [HOST, CONTROL]) await callThroughProxy({ port: at.port, host });
    },
    /control was refused as well/,
  ],
  ['the app never called', (session) => call(session, CONTROL), /never asked for through the proxy/],
  ['nobody came at all', async () => {}, /never asked for through the proxy/],
  [
    'the app only spoke of something else',
    async (session) => {
      await call(session, CONTROL);
      await callThroughProxy({ port: session.at.port, host: HOST, ca: session.authority.pem, servername: 'other.example.com' });
    },
    /nothing that came of it tells: asked for one host and named another/,
  ],
])('nothing is proved when %s', async (_, attend, why) => {
  const { code, pins, report, err } = await check(attend);
  expect({ code, state: pins.state }).toEqual({ code: 2, state: 'inconclusive' });
  expect(pins.why).toMatch(why);
  expect(err).toMatch(/The pins are not proved: [^\n]+\n$/);
  expect(report.checklist).toContainEqual(expect.objectContaining({ id: 'pins-against-proxy', state: 'not-shown' }));
});

test('on Android a browser as control leaves the last word to a person; a host the app calls itself does not', async () => {
  const android = ['-A', 'Mozilla/5.0 (Linux; Android 15) Chrome/141.0'];
  const visit = (control: string) => async (session: ProxySession) => {
    await curlThroughProxy({ port: session.at.port, url: `https://${control}/`, ca: session.authority.pem, more: android });
    await call(session, HOST, [PIN]);
  };
  expect((await check(visit(CONTROL))).pins).toMatchObject({ state: 'manual', why: expect.stringContaining('--control') });
  expect((await check(visit('cdn.example.com'), { control: 'cdn.example.com' })).pins.state).toBe('pass');
});

test('a request without TLS is a finding of its own', async () => {
  const { code, report } = await check(async ({ at }) => {
    await sendRaw(
      at.port,
      `GET http://${HOST}/feed?key=${CANARY} HTTP/1.1\r\nHost: ${HOST}\r\nCookie: ${CANARY}\r\nConnection: close\r\n\r\n`,
    );
  });
  expect(code).toBe(1);
  expect(report.findings).toEqual([
    expect.objectContaining({ audit: 'proxy-cleartext', path: HOST, evidence: 'GET /feed?key=… with cookie' }),
  ]);
});

test('hosts nobody named are noted, so that they can be', async () => {
  const { report } = await check(async (session) => {
    for (let attempt = 0; attempt < 2; attempt++) await call(session, 'login.example.com');
  });
  expect(report.notes.map(({ message }) => message).join('\n')).toMatch(/nobody named them .*: login\.example\.com:?.* 2 times/);
});

test.each<[string, Partial<RunCheckProxyOptions>, RegExp]>([
  ['no host', { pinned: [] }, /--pinned api\.example\.com/],
  ['a host that is none', { pinned: ['https://api.example.com/'] }, /--pinned takes host names/],
  ['a name to listen at', { listen: 'localhost:8899' }, /--listen takes an IP address/],
  ['no port', { listen: '127.0.0.1' }, /--listen takes/],
  ['a control that is pinned', { control: HOST }, /at once/],
  ['a host tested and passed through', { passThrough: [HOST] }, /at once/],
  ['a pass-through that is none', { passThrough: ['*.'] }, /--pass-through takes/],
  ['a network to let in', { from: ['10.0.0.0/8'] }, /--from takes IP addresses/],
  ['an address of another machine', { listen: '192.0.2.1:8899' }, /cannot listen at 192\.0\.2\.1:8899/],
  ['an audit there is not', { only: ['no-such-audit'] }, /no audit/],
])('%s: one clear line, exit code 2, and nothing is started', async (_, options, line) => {
  const written: string[] = [];
  const io = { out: () => expect.fail('no report'), err: (text: string) => void written.push(text), terminal: false };
  const options_ = { pinned: [HOST], listen: '127.0.0.1:0', ...options };
  const attend = () => expect.fail('nothing is started');
  expect(await runCheckProxy(options_, { ...io, color: false, width: 80, now: () => new Date(), version: '' }, attend)).toBe(2);
  expect(written.join('')).toMatch(/^[^\n]{20,300}\n$/);
  expect(written.join('')).toMatch(line);
});

test('a port that is taken is said to be', async () => {
  const server = createServer();
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const written: string[] = [];
  const io = { out: () => {}, err: (text: string) => void written.push(text), terminal: false, color: false, width: 80, version: '' };
  const listen = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  expect(await runCheckProxy({ pinned: [HOST], listen }, { ...io, now: () => new Date() }, async () => [])).toBe(2);
  server.close();
  expect(written.join('')).toMatch(/^Another program listens at .*--listen\.\n$/);
});
