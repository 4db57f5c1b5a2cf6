import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createServer, type Server } from 'node:tls';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createCertificate } from './api/testing/index.ts';
import { type CheckAppOptions, runCheckApp } from './run-check-app.ts';

const made = createCertificate();
const STALE = 'WoiWRyIOVNa9ihaBciRSC7XHjliYS9VwUGOIud4PB18=';
let folder: string;
let server: Server;
let api: string;
/** What the server was sent after the handshakes. */
let received: Buffer[];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sallyport-live-'));
  received = [];
  server = createServer({ cert: made.certificate, key: made.key }, (socket) => {
    socket.on('data', (chunk) => received.push(chunk));
    socket.on('error', () => undefined);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  api = `https://localhost:${(server.address() as AddressInfo).port}/`;
});
afterEach(async () => {
  await new Promise((resolve) => server.close(resolve));
  await rm(folder, { recursive: true, force: true });
});

const pinned = (pin: string, list = 'NSPinnedLeafIdentities') =>
  writeFile(
    join(folder, 'Info.plist'),
    `<plist><dict><key>NSAppTransportSecurity</key><dict><key>NSPinnedDomains</key><dict><key>localhost</key><dict>
<key>${list}</key><array><dict><key>SPKI-SHA256-BASE64</key><string>${pin}</string></dict>
<dict><key>SPKI-SHA256-BASE64</key><string>${STALE}</string></dict></array></dict></dict></dict></dict></plist>`,
  );

async function check(options: Partial<CheckAppOptions>) {
  let out = '';
  const write = (text: string) => {
    out += text;
  };
  const io = { out: write, err: () => undefined, terminal: false, color: false, width: 100 };
  const code = await runCheckApp(
    { path: folder, only: ['pins-not-live'], format: 'json', ...options },
    { ...io, now: () => new Date('2026-06-01T12:00:00Z'), version: '0.0.0' },
  );
  const report = JSON.parse(out) as { audits: { id: string; state: string; why?: string }[]; findings: { path: string; line: number }[] };
  return { code, audit: report.audits[0], findings: report.findings };
}

it('passes when a pin is of the key the server shows', async () => {
  await pinned(made.pin);
  const { code, audit } = await check({ api, ca: made.authority });
  expect(audit?.state).toBe('pass');
  expect(code).toBe(0);
  expect(Buffer.concat(received).length).toBe(0);
});

it('closes the gate when no pin is, and names the place', async () => {
  await pinned(STALE);
  const { code, findings } = await check({ api, ca: made.authority });
  expect(findings).toMatchObject([{ path: 'Info.plist', line: 2 }]);
  expect(code).toBe(1);
});

it('does not take a leaf for an authority', async () => {
  await pinned(made.pin, 'NSPinnedCAIdentities');
  expect((await check({ api, ca: made.authority })).code).toBe(1);
});

it.each([
  ['a chain nobody vouches for', () => ({ api }), /not trusted/],
  ['a host that is not named as own', () => ({ api: 'https://api.example/' }), /--i-own api\.example/],
  ['a plain address', () => ({ api: 'http://localhost/' }), /http:\/\//],
  ['no address at all', () => ({ api: 'nonsense' }), /no address/],
])('is inconclusive about %s, and says why', async (_name, options, why) => {
  await pinned(STALE);
  const { code, audit } = await check(options());
  expect(audit?.state).toBe('inconclusive');
  expect(audit?.why).toMatch(why);
  expect(code).toBe(0);
});

it('is inconclusive when the server is down', async () => {
  await pinned(STALE);
  await new Promise((resolve) => server.close(resolve));
  const { audit } = await check({ api, ca: made.authority });
  expect(audit?.state).toBe('inconclusive');
  server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});

it('does not apply when no host was named', async () => {
  await pinned(STALE);
  expect((await check({})).audit?.state).toBe('not-applicable');
});
