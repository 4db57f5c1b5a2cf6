import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { type AddressInfo, createServer as createTcpServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { noFlaws, startWeakApi, type WeakApi } from '@sallyport/example-weak-api';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runSallyport } from '../testing/run-sallyport.ts';

let cwd: string;
beforeAll(() => {
  cwd = mkdtempSync(join(tmpdir(), 'check-'));
  for (const folder of ['empty', 'good', 'bad', 'odd']) mkdirSync(join(cwd, folder));
  const files = {
    'text.txt': 'x',
    'cut.ipa': Buffer.concat([Buffer.from('PK\u0003\u0004'), Buffer.alloc(500, 7)]),
    'good/Counter.swift': 'struct Counter { var count = 0 }\n',
    'bad/Session.swift': 'func keep(token: String) { UserDefaults.standard.set(token, forKey: "accessToken") }\n',
    'odd/Session.swift': 'func keep(token: String) { UserDefaults.standard.set(token, forKey: "accessToken") }\n',
    'odd/Info.plist': '<?xml version="1.0"?><plist version="1.0"><dict><key>NSApp',
    'odd/Broken.swift': 'func ((( { \u0000 }}} class',
  };
  for (const [name, text] of Object.entries(files)) writeFileSync(join(cwd, name), text);
});
afterAll(() => rmSync(cwd, { recursive: true }));

const check = (...args: string[]) => runSallyport(['check', ...args], { cwd });

test('exit code 0 for an app with nothing wrong, 1 for one with findings, 0 again when the gate is told so', async () => {
  expect(await check('app', 'good')).toMatchObject({ code: 0, err: '', out: expect.stringMatching(/findings: none\nGate open\.\n$/) });
  const closed = await check('app', 'bad');
  expect(closed).toMatchObject({ code: 1, err: '', out: expect.stringContaining('Session.swift:1') });
  expect(closed.out).not.toContain('\u001b');
  expect((await check('app', 'bad', '--fail-on', 'none')).code).toBe(0);
  expect((await check('app', 'bad', '--fail-on', 'none', '--fail-on-audits', 'secrets-in-preferences')).code).toBe(1);
  expect((await check('app', 'bad', '--fail-on', 'critical')).code).toBe(0);
});

test('each format is what it says, and the same with --output, where standard output stays empty', async () => {
  const json = JSON.parse((await check('app', 'bad', '--format', 'json')).out);
  expect(json).toMatchObject({
    subject: { kind: 'app', name: 'bad' },
    gate: { open: false },
    findings: [{ audit: 'secrets-in-preferences' }],
  });
  const sarif = JSON.parse((await check('app', 'bad', '--format', 'sarif')).out);
  expect(sarif).toMatchObject({ version: '2.1.0', runs: [{ results: [{ ruleId: 'secrets-in-preferences', level: 'error' }] }] });
  const page = await check('app', 'bad', '--format', 'html', '--output', 'report.html');
  expect(page).toMatchObject({ code: 1, out: '', err: expect.stringMatching(/^1 finding written to report\.html\. Gate closed: .*\n$/) });
  const html = readFileSync(join(cwd, 'report.html'), 'utf8');
  expect(html).toMatch(/^<!doctype html>/i);
  // One file that calls nobody: it is sent round by mail.
  expect(html).not.toMatch(/<(?:script|link|img)[^>]+(?:src|href)=["']?(?:https?:)?\/\//);
});

test('a baseline written today makes the same findings count no more', async () => {
  expect((await check('app', 'bad', '--write-baseline', 'baseline.json')).code).toBe(1);
  expect((await check('app', 'bad', '--baseline', 'baseline.json')).code).toBe(0);
});

test('what cannot be read is said, and the rest is checked', async () => {
  const { code, out, err } = await check('app', 'odd');
  expect([code, err]).toEqual([1, '']);
  expect(out).toContain('Session.swift:1');
  expect(out).toContain('Info.plist');
});

test.each([
  ['app', 'nowhere'],
  ['app', 'text.txt'],
  ['app', 'empty'],
  ['app', 'cut.ipa'],
  ['app', 'bad', '--format', 'pdf'],
  ['app', 'bad', '--fail-on', 'terrible'],
  ['app', 'bad', '--only', 'no-such-audit'],
  ['app', 'bad', '--fail-on-audits', 'no-such-audit'],
  ['app', 'bad', '--risks', 'nowhere.json'],
  ['app', 'bad', '--baseline', 'text.txt'],
  ['app', 'bad', '--output', 'nowhere/report.html'],
  ['app', 'bad', '--api', 'https://127.0.0.1:1', '--ca', 'nowhere.pem'],
  ['app', 'bad', '--nonsense'],
  ['app'],
  ['api'],
  ['api', 'nonsense'],
  ['api', 'ftp://127.0.0.1/'],
  ['api', 'https://127.0.0.1:1/orders'],
  ['api', 'https://api.example/orders'],
  ['api', 'https://127.0.0.1:1/', '--credentials', 'text.txt'],
  ['api', 'https://127.0.0.1:1/', '--openapi', 'nowhere.json'],
  ['api', 'https://127.0.0.1:1/', '--max-requests', 'many'],
  ['api', 'https://127.0.0.1:1/', '--alerts', 'everywhere'],
  ['api', 'https://127.0.0.1:1/', '--alerts', '127.0.0.1:70000'],
  ['release'],
  ['release', 'nowhere.json'],
  ['release', 'text.txt'],
  ['release', 'text.txt', '--max-age', '0'],
  ['release', 'text.txt', '--format', 'sarif'],
])('check %s %s %s %s: exit code 2 and one clear line', async (...args) => {
  const { code, out, err } = await check(...args);
  expect([code, out]).toEqual([2, '']);
  expect(err).toMatch(/^[^\n]{20,400}\n$/);
  expect(err).not.toMatch(/\n\s+at |undefined|\.\.$|file:\/\//m);
});

test('a process that lets nobody in, or speaks no HTTP, is one line too', async () => {
  const mute = createTcpServer((socket) => socket.destroy());
  await new Promise<void>((resolve) => mute.listen(0, '127.0.0.1', resolve));
  const { code, out, err } = await check('api', `https://127.0.0.1:${(mute.address() as AddressInfo).port}/`);
  mute.close();
  expect([code, out]).toEqual([2, '']);
  expect(err).toMatch(/^[^\n]+\n$/);
});

test('the pins of an app are held against the live host it names', { timeout: 30_000 }, async () => {
  const api = await startWeakApi({ flaws: noFlaws });
  const url = new URL(api.url);
  const plist = (pin: string) =>
    `<plist><dict><key>NSAppTransportSecurity</key><dict><key>NSPinnedDomains</key><dict><key>${url.hostname}</key><dict><key>NSPinnedLeafIdentities</key><array>${[pin, 'r/mIkG3eEpVdm+u/ko/cwxzOMo1bk4TyHIlByibiA5E='].map((each) => `<dict><key>SPKI-SHA256-BASE64</key><string>${each}</string></dict>`).join('')}</array></dict></dict></dict></dict></plist>`;
  mkdirSync(join(cwd, 'pinned'));
  writeFileSync(join(cwd, 'live-ca.pem'), api.authority);
  const codes: (number | null)[] = [];
  for (const pin of [api.pin, 'WoiWRyIOVNa9ihaBciRSC7XHjliYS9VwUGOIud4PB18=']) {
    writeFileSync(join(cwd, 'pinned/Info.plist'), plist(pin));
    codes.push((await check('app', 'pinned', '--only', 'pins-not-live', '--api', api.url, '--ca', 'live-ca.pem')).code);
  }
  await api.close();
  expect(codes).toEqual([0, 1]);
});

test('an API that redirects elsewhere is not followed', async () => {
  const asked: string[] = [];
  const listen = async (answer: (server: Server) => void, server = createServer()) => {
    answer(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return { server, port: (server.address() as AddressInfo).port };
  };
  const elsewhere = await listen((server) => server.on('request', ({ url = '' }, response) => response.end(String(asked.push(url)))));
  const api = await listen((server) =>
    server.on('request', (_, response) => response.writeHead(302, { location: `http://127.0.0.1:${elsewhere.port}/followed` }).end()),
  );
  const { code } = await check('api', `http://127.0.0.1:${api.port}/orders`);
  for (const { server } of [api, elsewhere]) server.close();
  expect([0, 1, 2]).toContain(code);
  expect(asked).not.toContain('/followed');
});

test('an API in order opens the gate, and the report says what was sent', { timeout: 30_000 }, async () => {
  const api: WeakApi = await startWeakApi({ flaws: noFlaws });
  writeFileSync(join(cwd, 'ca.pem'), api.authority);
  const { access_token: accessToken } = api.signIn('ann');
  writeFileSync(join(cwd, 'users.json'), JSON.stringify({ user: { accessToken } }));
  const { code, out, err } = await check(
    'api',
    `${api.url}/orders`,
    '--ca',
    'ca.pem',
    '--credentials',
    'users.json',
    '--fail-on',
    'critical',
  );
  await api.close();
  expect([code, err]).toEqual([0, '']);
  expect(out).toMatch(/\d+ requests/);
  expect(out).toMatch(/Gate open\.\n$/);
  expect(out).not.toContain(accessToken);
});
