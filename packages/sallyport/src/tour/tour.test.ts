import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { attacks } from '@sallyport/attacks';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { ordersSteps } from './orders-steps.ts';
import type { TourReport } from './tour-report.ts';

const MAIN = fileURLToPath(new URL('../main.ts', import.meta.url));

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sallyport-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** `sallyport demo …` as a process of its own, without a terminal, in an empty folder. */
const demo = (...args: string[]): Promise<{ code: number | null; stdout: string; stderr: string }> =>
  new Promise((resolve) => {
    const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', MAIN, 'demo', ...args], {
      cwd: folder,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const out = { stdout: '', stderr: '' };
    child.stdout.on('data', (chunk) => {
      out.stdout += chunk;
    });
    child.stderr.on('data', (chunk) => {
      out.stderr += chunk;
    });
    child.on('close', (code) => resolve({ code, ...out }));
  });

const listen = (server: Server, port = 0) =>
  new Promise<number>((resolve) => server.listen(port, '127.0.0.1', () => resolve((server.address() as AddressInfo).port)));

test('twice in a row, every step and every attack holds, and stdout is one document', { timeout: 120_000 }, async () => {
  for (const _ of ['first', 'second']) {
    const { code, stdout, stderr } = await demo('--once', '--json');
    const report = JSON.parse(stdout) as TourReport;
    expect(report.steps.filter(({ ok }) => !ok)).toEqual([]);
    expect(report.attacks.filter(({ held }) => !held)).toEqual([]);
    expect(report.steps.map(({ id }) => id)).toEqual([...ordersSteps.map(({ id }) => id), 'sign-out']);
    expect(report.attacks.map(({ id }) => id)).toEqual(attacks.map(({ id }) => id));
    expect({ code, ok: report.ok, stderr }).toEqual({ code: 0, ok: true, stderr: '' });
  }
  expect(readdirSync(folder)).toEqual(['.sallyport']);
  expect(statSync(join(folder, '.sallyport')).mode & 0o777).toBe(0o700);

  // One access line for each request, and no secret in any of them.
  const lines = readFileSync(join(folder, '.sallyport', 'access.log'), 'utf8')
    .trimEnd()
    .split('\n');
  for (const line of lines) expect(JSON.parse(line)).toHaveProperty('supportCode');
  const { password } = JSON.parse(readFileSync(join(folder, '.sallyport', 'demo-user.json'), 'utf8'));
  for (const secret of [password, 'DPoP ey', 'Bearer ey', 'eyJ', 'code_verifier']) expect(lines.join('\n')).not.toContain(secret);
});

test('a taken port is named, another one found, and all still holds', { timeout: 60_000 }, async () => {
  const occupant = createServer();
  // Somebody else may have taken it already; then it is taken, which is all that matters.
  await listen(occupant, 8443).catch(() => {});
  occupant.on('error', () => {});
  const { code, stdout } = await demo('--once');
  await new Promise((resolve) => occupant.close(resolve));
  expect(stdout).toMatch(/Port 8443 is taken, so the gateway is at https:\/\/localhost:\d+\./);
  expect(stdout).toContain('All held');
  expect(code).toBe(0);
});

test("somebody's own backend is put behind the gateway and not attacked", { timeout: 60_000 }, async () => {
  const received: string[] = [];
  const backend = createServer((request, response) => {
    received.push(`${request.method} ${request.url} ${request.headers['x-sallyport-subject'] === undefined ? 'nobody' : 'somebody'}`);
    response.end('hello');
  });
  const port = await listen(backend);
  const { code, stdout } = await demo('--once', '--json', '--upstream', `http://127.0.0.1:${port}`);
  await new Promise((resolve) => backend.close(resolve));
  expect(JSON.parse(stdout)).toMatchObject({ ok: true, attacks: [], urls: { backend: `http://127.0.0.1:${port}` } });
  expect(received).toEqual(['GET / somebody']);
  expect(code).toBe(0);
});

test('a backend that is down fails the tour, with its reason and exit code 1', { timeout: 60_000 }, async () => {
  const { code, stdout } = await demo('--once', '--json', '--upstream', 'http://127.0.0.1:9');
  expect(JSON.parse(stdout)).toMatchObject({
    ok: false,
    steps: expect.arrayContaining([expect.objectContaining({ id: 'call', ok: false })]),
  });
  expect(code).toBe(1);
});

test.each([['--upstream', 'ftp://x'], ['--upstream', 'nonsense'], ['--twice']])(
  '%s %s cannot run: one line, exit code 2',
  async (...args) => {
    const { code, stdout, stderr } = await demo(...args.filter((word) => word !== undefined));
    expect(stdout).toBe('');
    expect(stderr.trimEnd().split('\n')).toHaveLength(1);
    expect(code).toBe(2);
    expect(readdirSync(folder)).toEqual([]);
  },
);

test('an access log that cannot be written is said once, in one line, and ends nothing', { timeout: 60_000 }, async () => {
  const backend = createServer((_, response) => response.end('hello'));
  const port = await listen(backend);
  mkdirSync(join(folder, '.sallyport', 'access.log'), { recursive: true, mode: 0o700 });
  const { code, stdout, stderr } = await demo('--once', '--json', '--upstream', `http://127.0.0.1:${port}`);
  await new Promise((resolve) => backend.close(resolve));
  expect(stderr).toMatch(/^The access log .*access\.log cannot be written \(EISDIR\).*\n$/);
  expect(JSON.parse(stdout)).toMatchObject({ ok: true });
  expect(code).toBe(0);
});
