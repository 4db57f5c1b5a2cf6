import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server, type ServerResponse } from 'node:http';
import { request } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { addHost, makePlan, type Pin, pinOfKey, signPinSet } from '@sallyport/pins';
import { freshKey } from '@sallyport/pins/testing';
import { afterEach, beforeEach, expect, test } from 'vitest';

const MAIN = fileURLToPath(new URL('../../bin/sallyport.mjs', import.meta.url));

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

function writePolicy(ports: { gateway: number; auth: number }, more: object = {}) {
  const policy = {
    gateway: { upstream: 'http://127.0.0.1:1', listen: { port: ports.gateway }, ...more },
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

function signedSet(version: number): string {
  const pinned = (letter: string) => ({ pin: pinOfKey(freshKey()), kind: 'spki', role: letter, state: 'active', carriedBy: [] }) as Pin;
  const host = { host: 'api.test', includeSubdomains: false, reportOnly: false, afterExpiry: 'refuse' as const, keepsKey: true };
  const set = { ...addHost(undefined, { ...host, pins: [pinned('leaf'), pinned('backup')] }), version };
  return signPinSet(set, { key: freshKey(), now: Date.now(), plan: makePlan({ set, now: Date.now() }) });
}

function writePins(text: string) {
  writeFileSync(join(cwd, 'next.jws'), text);
  renameSync(join(cwd, 'next.jws'), join(cwd, 'pins.jws'));
}

test('the pin set of the policy is served, and what replaces it on disk from then on, unless that is none', async () => {
  writePolicy({ gateway: 0, auth: 0 }, { pins: 'pins.jws' });
  const [first, second] = [signedSet(1), signedSet(2)];
  writePins(first);
  const { child, ended, told } = serve('--only', 'gateway');
  const url = `${await told(/The gateway is at (\S+),/)}/.well-known/sallyport-pins`;
  expect(await get(url)).toEqual({ status: 200, body: first });
  writePins(`${second}\n`);
  expect((await get(url)).body).toBe(second);
  for (const bad of ['half a set', first, 'x'.repeat(9000)]) {
    writePins(bad);
    expect((await get(url)).body).toBe(second);
    expect((await get(url)).body).toBe(second);
  }
  rmSync(join(cwd, 'pins.jws'));
  expect((await get(url)).body).toBe(second);
  child.kill('SIGTERM');
  const events = (await ended).out
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line))
    .filter(({ event }) => event !== 'access');
  expect(events).toMatchObject([
    { event: 'pin-set-loaded', version: 2 },
    { event: 'pin-set-refused', why: expect.stringContaining('is no signed pin set'), serving: 2 },
    { event: 'pin-set-refused', why: expect.stringContaining('has version 1'), serving: 2 },
    { event: 'pin-set-refused', why: expect.stringContaining('is no signed pin set'), serving: 2 },
    { event: 'pin-set-refused', why: expect.stringContaining('ENOENT'), serving: 2 },
  ]);
});

test.each([
  ['is not there', undefined, /^Cannot read .*pins\.jws \(ENOENT\), named under gateway\.pins.*\n$/],
  [
    'is the unsigned one',
    '{"format":"sallyport-pin-set/1"}',
    /^.*pins\.jws, named under gateway\.pins in the policy, is no signed pin set\..*\n$/,
  ],
])('a pin set that %s stops the start with one line and exit code 2', async (_, text, line) => {
  writePolicy({ gateway: 0, auth: 0 }, { pins: 'pins.jws' });
  if (text !== undefined) writePins(text);
  const { code, err } = await serve('--only', 'gateway').ended;
  expect({ code, err }).toEqual({ code: 2, err: expect.stringMatching(line) });
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
