import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { InputStream } from '../command.ts';
import { runCommandLine } from '../run-command-line.ts';
import { captureIo } from '../testing/capture-io.ts';
import { runSallyport } from '../testing/run-sallyport.ts';
import { checkProxy } from './check-proxy.ts';

const MAIN = fileURLToPath(new URL('../../bin/sallyport.mjs', import.meta.url));
const HOST = 'api.example.com';
const TOKEN = 'at-canary-4f1c';

let cwd: string;
beforeAll(() => {
  cwd = mkdtempSync(join(tmpdir(), 'check-proxy-'));
});
afterAll(() => rmSync(cwd, { recursive: true }));

const check = (...args: string[]) => runSallyport(['check', 'proxy', ...args], { cwd });

/** An app as a shell script: the control, then the host under test. @param pin options of curl that pin. */
const app = (pin: string) => [
  'sh',
  '-c',
  `curl -sS "$SALLYPORT_CONTROL_URL"; curl -sS ${pin} -H "Authorization: Bearer ${TOKEN}" https://${HOST}/me; true`,
];
const PINNED = `--pinnedpubkey sha256//${'A'.repeat(43)}=`;

test('a command behind the proxy proves its pins, or that it has none, and says nothing of what it sent', async () => {
  const good = await check('--pinned', HOST, '--', ...app(PINNED));
  expect(good).toMatchObject({ code: 0, out: expect.stringMatching(/proved +Pins tested against a proxy/) });
  // What the command writes is no part of the report.
  expect(good.err).toContain('public key does not match');
  const bad = await check('--pinned', HOST, '--format', 'sarif', '--', ...app(''));
  expect(bad.code).toBe(1);
  expect(JSON.parse(bad.out).runs[0].results).toMatchObject([{ ruleId: 'pins-refuse-proxy', level: 'error' }]);
  for (const { out, err } of [good, bad]) expect(out + err).not.toContain(TOKEN);
});

test('Node’s own fetch is behind the proxy as well', async () => {
  const script = `for (const url of [process.env.SALLYPORT_CONTROL_URL, 'https://${HOST}/me']) await fetch(url)`;
  expect(await check('--pinned', HOST, '--', process.execPath, '--input-type=module', '-e', script)).toMatchObject({
    code: 1,
    out: expect.stringContaining('GET /me'),
  });
});

test('its report in a file is what a release rests on, and a page', async () => {
  const { code, out } = await check('--pinned', HOST, '--format', 'json', '--output', 'proxy.json', '--', ...app(PINNED));
  expect([code, out]).toEqual([0, '']);
  const release = await runSallyport(['check', 'release', 'proxy.json', '--format', 'json'], { cwd });
  expect(JSON.parse(release.out).lines).toContainEqual(expect.objectContaining({ id: 'pins-against-proxy', state: 'proved' }));
  await check('--pinned', HOST, '--format', 'html', '--output', 'report.html', '--', 'true');
  expect(readFileSync(join(cwd, 'report.html'), 'utf8')).toMatch(/^<!doctype html>[\s\S]*Sallyport proxy check/);
});

test('a command that proves nothing has exit code 2, with the report and one line that says why', async () => {
  const { code, out, err } = await check('--pinned', HOST, '--', 'true');
  expect(code).toBe(2);
  expect(out).toMatch(/not shown +Pins tested against a proxy/);
  expect(err).toMatch(/^The pins are not proved: [^\n]+\n$/);
});

test('a command that would go on for ever is ended', async () => {
  const { code, out } = await check('--pinned', HOST, '--seconds', '1', '--', process.execPath, '-e', 'setInterval(() => {}, 1000)');
  expect(code).toBe(2);
  expect(out).toContain('ended before it was done');
});

test('by hand: the steps are told, the certificate lies there while the test runs, Enter ends it', async () => {
  let press = () => {};
  const pressed = new Promise<void>((resolve) => {
    press = resolve;
  });
  const stdin: InputStream = {
    isTTY: true,
    async *[Symbol.asyncIterator]() {
      await pressed;
      yield '\n';
    },
  };
  const io = captureIo({ cwd, stdin, untilStopped: () => new Promise(() => {}) });
  const running = checkProxy.run(['--pinned', HOST, '--listen', '127.0.0.1:0', '--format', 'json'], io);
  await expect.poll(io.err, { timeout: 20_000 }).toContain('Press Enter');
  const file = /add-root-cert (\S+)/.exec(io.err())?.[1] as string;
  expect(readFileSync(file, 'utf8')).toMatch(/^-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----\s*$/);
  press();
  expect(await running).toBe(2);
  expect(existsSync(file)).toBe(false);
  expect(JSON.parse(io.out())).toMatchObject({ subject: { kind: 'proxy' } });
});

test('SIGINT in the middle of a handshake ends it with a report', async () => {
  const args = [MAIN, 'check', 'proxy', '--pinned', HOST, '--listen', '127.0.0.1:0', '--format', 'json'];
  const child = spawn(process.execPath, args, { cwd, stdio: ['ignore', 'pipe', 'pipe'] });
  const written = { out: '', err: '' };
  child.stdout.on('data', (chunk) => {
    written.out += chunk;
  });
  child.stderr.on('data', (chunk) => {
    written.err += chunk;
  });
  await expect.poll(() => written.err, { timeout: 10_000 }).toMatch(/Press Enter/);
  const socket = connect(Number(/127\.0\.0\.1:(\d+)/.exec(written.err)?.[1]), '127.0.0.1');
  socket.on('error', () => {});
  socket.write(`CONNECT ${HOST}:443 HTTP/1.1\r\nHost: ${HOST}\r\n\r\n`);
  await once(socket, 'data');
  // The head of a record that never comes whole.
  socket.write(Buffer.from('16030102', 'hex'));
  child.kill('SIGINT');
  const [code] = await once(child, 'close');
  expect(code).toBe(2);
  expect(JSON.parse(written.out).audits).toContainEqual(expect.objectContaining({ id: 'pins-refuse-proxy', state: 'inconclusive' }));
});

test.each([
  [['--pinned', HOST, '--seconds', 'long']],
  [['--pinned', HOST, '--seconds', '0']],
  [['--pinned', HOST, '--seconds', '100000']],
  [['--pinned', HOST, '--']],
  [['--pinned', HOST, '--', 'no-such-program-anywhere']],
  [['--pinned', HOST, 'curl']],
  [['--pinned', 'https://api.example.com', '--', 'true']],
  [['--', 'true']],
])('%j: exit code 2 and one clear line', async (args) => {
  const io = captureIo({ cwd, env: { PATH: process.env.PATH }, untilStopped: () => new Promise(() => {}) });
  expect(await runCommandLine([checkProxy], ['check', 'proxy', ...args], io)).toBe(2);
  expect(io.out()).toBe('');
  expect(io.err()).toMatch(/^[^\n]{20,300}\n$/);
});
