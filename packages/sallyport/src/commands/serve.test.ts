import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server, type ServerResponse } from 'node:http';
import { request } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';

const MAIN = fileURLToPath(new URL('../main.ts', import.meta.url));

let cwd: string;
let backend: Server;
let arrived: Promise<ServerResponse>;
const children: ChildProcess[] = [];

beforeEach(async () => {
  cwd = mkdtempSync(join(tmpdir(), 'serve-'));
  let arrive: (response: ServerResponse) => void;
  arrived = new Promise((resolve) => {
    arrive = resolve;
  });
  backend = createServer((_, response) => arrive(response));
  await once(backend.listen(0, '127.0.0.1'), 'listening');
});
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  backend.closeAllConnections();
  backend.close();
  rmSync(cwd, { recursive: true, force: true });
});

function writePolicy(ports: { gateway: number; auth: number }) {
  const policy = {
    gateway: { upstream: 'http://127.0.0.1:1', listen: { port: ports.gateway } },
    auth: { listen: { port: ports.auth }, clients: [{ id: 'app', name: 'App', redirectUris: ['com.example.app:/in'] }] },
    routes: [{ method: 'GET', path: '/slow', access: 'public' }],
  };
  writeFileSync(join(cwd, 'sallyport.config.json'), JSON.stringify(policy));
}

/** Starts `sallyport serve` as a shell does. */
function serve(...args: string[]) {
  const child = spawn(process.execPath, [MAIN, 'serve', ...args], { cwd, stdio: ['ignore', 'pipe', 'pipe'] });
  children.push(child);
  const written = { out: '', err: '' };
  const listeners = new Set<() => void>();
  const take = (name: 'out' | 'err') => (chunk: Buffer) => {
    written[name] += chunk;
    for (const listener of listeners) listener();
  };
  child.stdout.on('data', take('out'));
  child.stderr.on('data', take('err'));
  const ended = once(child, 'close').then(([code, signal]) => ({ code, signal, ...written }));
  const told = (pattern: RegExp) =>
    new Promise<string>((resolve, reject) => {
      const look = () => {
        const match = pattern.exec(written.err);
        if (match !== null) resolve(match[1] ?? match[0]);
      };
      listeners.add(look);
      look();
      ended.then(() => reject(new Error(`It ended: ${written.err}`)), reject);
    });
  return { child, ended, told };
}

/** Asks the gateway, trusting what the state folder says and nothing else. */
function get(url: string): Promise<{ status: number | undefined; body: string }> {
  return new Promise((resolve, reject) => {
    const ca = readFileSync(join(cwd, '.sallyport', 'tls', 'ca.pem'));
    const sent = request(url, { ca, agent: false }, async (response) => {
      let body = '';
      for await (const chunk of response) body += chunk;
      resolve({ status: response.statusCode, body });
    });
    sent.on('error', reject);
    sent.end();
  });
}

test.each(['SIGTERM', 'SIGINT'] as const)('on %s the running request gets its answer, then it ends with 0', async (signal) => {
  writePolicy({ gateway: 0, auth: 0 });
  const { child, ended, told } = serve('--upstream', `http://127.0.0.1:${(backend.address() as AddressInfo).port}`);
  const gateway = await told(/The gateway is at (\S+),/);
  const issuer = await told(/The auth server is at (\S+)\.\n/);
  expect((await get(`${gateway}/unlisted`)).status).toBe(404);
  expect(JSON.parse((await get(`${issuer}/.well-known/openid-configuration`)).body)).toMatchObject({ issuer });

  const answer = get(`${gateway}/slow`);
  const held = await arrived;
  child.kill(signal);
  await told(/Stopping/);
  held.end('done');
  expect(await answer).toEqual({ status: 200, body: 'done' });
  const { code, out } = await ended;
  expect(code).toBe(0);
  // Standard output holds log lines and nothing else.
  const lines = out
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(lines.length).toBeGreaterThanOrEqual(2);
});

test('--only gateway starts no auth server', async () => {
  writePolicy({ gateway: 0, auth: 0 });
  const { child, ended, told } = serve('--only', 'gateway');
  await told(/The gateway is at (\S+),/);
  child.kill('SIGTERM');
  const { code, err } = await ended;
  expect(code).toBe(0);
  expect(err).not.toContain('auth server');
});

test('a port of the policy that is taken is one line and exit code 2, with nothing left running', async () => {
  writePolicy({ gateway: (backend.address() as AddressInfo).port, auth: 0 });
  const { code, out, err } = await serve().ended;
  expect(code).toBe(2);
  expect(out).not.toContain('gateway is at');
  expect(err).toMatch(/^listen EADDRINUSE.*Another program listens there: stop it, or write another port in the policy\.\n$/);
});

test('a certificate of the policy that is not there is one line and exit code 2', async () => {
  writePolicy({ gateway: 0, auth: 0 });
  const file = join(cwd, 'sallyport.config.json');
  const policy = JSON.parse(readFileSync(file, 'utf8'));
  policy.gateway.tls = { certificate: 'tls/none.pem', key: 'tls/none.key' };
  writeFileSync(file, JSON.stringify(policy));
  const { code, err } = await serve().ended;
  expect(code).toBe(2);
  expect(err).toMatch(/^Cannot read .*none\.pem \(ENOENT\).*\n$/);
});
