import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer as createHttpsServer, type Server } from 'node:https';
import { type AddressInfo, createServer as createTcpServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createPinUpdates, type PinPolicy, TransportError } from '@sallyport/client';
import { createMemoryStore } from '@sallyport/client/memory';
import { createNodeTransport, createPinSetSource, readPinSetKey, verifyPinSetSignature } from '@sallyport/client/node';
import {
  emit,
  fetchChain,
  makePlan,
  newSigningKey,
  openSigningKey,
  type PinSet,
  parsePinSet,
  pinOfCertificateKey,
  pinOfKey,
  readKeyMaterial,
  signPinSet,
} from '@sallyport/pins';
import { freshKey, makeAuthority } from '@sallyport/pins/testing';
import { PIN_SET_PATH } from '@sallyport/protocol';
import { afterAll, beforeAll, expect, test } from 'vitest';

const HOST = 'api.test';
const TOKEN = 'at-canary-4f1c';
const leafKey = freshKey();
const folder = mkdtempSync(join(tmpdir(), 'sallyport-proxy-'));

let server: Server;
let proxy: ChildProcess;
let proxyPort: number;
let proxyOutput = '';
let proxyAuthority: string;
let authority: string;
/** The signed set the real server gives out. */
let token = '';
/** What reached the real server, in the clear. */
const arrived: string[] = [];

beforeAll(async () => {
  const own = await makeAuthority();
  const identity = await own.issue([HOST], { key: leafKey });
  authority = own.root.certificate.toString();
  server = createHttpsServer({ cert: identity.chainPem, key: identity.keyPem }, (request, response) => {
    if (request.url === PIN_SET_PATH) {
      response.end(token);
      return;
    }
    arrived.push(String(request.headers.authorization));
    response.end('hello');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  proxyPort = await freePort();
  proxy = await startProxy((server.address() as AddressInfo).port, proxyPort);
  proxyAuthority = readFileSync(join(folder, 'mitmproxy-ca-cert.pem'), 'utf8');
});

afterAll(async () => {
  if (proxy !== undefined && proxy.exitCode === null) {
    proxy.kill('SIGKILL');
    await once(proxy, 'exit');
  }
  server?.closeAllConnections();
  server?.close();
  rmSync(folder, { recursive: true, force: true });
});

async function freePort(): Promise<number> {
  const probe = createTcpServer();
  await new Promise<void>((resolve) => probe.listen(0, '127.0.0.1', resolve));
  const { port } = probe.address() as AddressInfo;
  await new Promise((resolve) => probe.close(resolve));
  return port;
}

/** A real intercepting proxy in front of the server: it makes a certificate for whatever name the client asks for. */
function startProxy(upstream: number, port: number): Promise<ChildProcess> {
  const options = ['--set', `confdir=${folder}`, '--set', 'ssl_insecure=true', '--set', 'flow_detail=1'];
  const args = ['--mode', `reverse:https://127.0.0.1:${upstream}`, '--listen-host', '127.0.0.1', '--listen-port', String(port), ...options];
  const child = spawn('mitmdump', args, { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, PYTHONUNBUFFERED: '1' } });
  return new Promise((resolve, reject) => {
    child.once('error', (error: NodeJS.ErrnoException) => {
      reject(error.code === 'ENOENT' ? new Error('mitmdump is not installed. Install the Debian package "mitmproxy".') : error);
    });
    child.once('exit', () => reject(new Error(`mitmdump ended: ${proxyOutput}`)));
    const read = (chunk: Buffer) => {
      proxyOutput += chunk.toString();
      if (/listening at/.test(proxyOutput)) resolve(child);
    };
    child.stdout?.on('data', read);
    child.stderr?.on('data', read);
  });
}

function setWith(...more: object[]): PinSet {
  const pins = [
    { pin: pinOfKey(leafKey), role: 'leaf', state: 'active' },
    { pin: pinOfKey(freshKey()), role: 'backup', state: 'active' },
    ...more,
  ];
  return parsePinSet(JSON.stringify({ format: 'sallyport-pin-set/1', version: 1, hosts: [{ host: HOST, keepsKey: true, pins }] }), 'test');
}

const policyOf = (set: PinSet, debug = false): PinPolicy =>
  JSON.parse(emit(set, 'client', { now: Date.now(), debug }).files[0]?.text ?? '');

/** The way of a device that trusts the proxy's authority, through the proxy. */
function way() {
  const place = { host: '127.0.0.1', port: proxyPort };
  return { extraAuthorities: [proxyAuthority, authority], connectTo: { [HOST]: place, [`${HOST}:443`]: place } };
}

/** One call of the real client through the proxy. */
async function call(pins: PinPolicy | undefined): Promise<string> {
  const transport = createNodeTransport({ pins, ...way() });
  try {
    const { body } = await transport.send({
      method: 'GET',
      url: `https://${HOST}/orders`,
      headers: { authorization: `DPoP ${TOKEN}` },
      body: undefined,
      signal: new AbortController().signal,
      maxBytes: 1000,
    });
    return Buffer.from(body).toString();
  } finally {
    await transport.close();
  }
}

const requestsSeen = () => (proxyOutput.match(/ GET /g) ?? []).length;

test('without pins the proxy reads everything: the control', async () => {
  expect(await call(undefined)).toBe('hello');
  expect(arrived).toEqual([`DPoP ${TOKEN}`]);
  await expect.poll(requestsSeen).toBe(1);
});

test('with the emitted set the client sends it no byte of a request, again and again', async () => {
  const before = { arrived: arrived.length, seen: requestsSeen() };
  for (let attempt = 0; attempt < 3; attempt++) {
    const failure = await call(policyOf(setWith())).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(TransportError);
    expect(failure).toMatchObject({ failure: 'pin-failure', requestSent: false });
  }
  expect({ arrived: arrived.length, seen: requestsSeen() }).toEqual(before);
});

test('with the proxy’s own pin as debugging override it works, and such a set cannot be signed', async () => {
  const [material] = readKeyMaterial(Buffer.from(proxyAuthority), { name: 'proxy' });
  const debugging = setWith({ pin: pinOfKey((material as NonNullable<typeof material>).key), role: 'debug', state: 'active' });
  expect(await call(policyOf(debugging, true))).toBe('hello');
  expect(await call(policyOf(debugging)).catch(({ failure }) => failure)).toBe('pin-failure');
  const plan = makePlan({ set: debugging, now: Date.now() });
  expect(() => signPinSet(debugging, { key: freshKey(), now: Date.now(), plan, acceptSinglePath: 'debugging' })).toThrow(
    expect.objectContaining({ code: 'debug-pin' }),
  );
});

test('the proxy’s chain is what make --host would show, and is none of ours', async () => {
  const { certificates } = await fetchChain({ host: HOST, port: proxyPort, address: '127.0.0.1', ca: proxyAuthority, now: Date.now });
  expect(certificates.map(pinOfCertificateKey)).not.toContain(pinOfKey(leafKey));
});

test('through the proxy no set of the release key is taken in, not even a genuine one; a break-glass set is', async () => {
  const passphrase = 'a long enough passphrase';
  const [release, second] = [newSigningKey('ed25519', passphrase), newSigningKey('p256', passphrase)];
  const set = { ...setWith(), version: 2 };
  const signed = (key: typeof release, breakGlass: boolean) =>
    signPinSet(set, {
      key: openSigningKey(key.privatePem, passphrase, 'key'),
      now: Date.now(),
      plan: makePlan({ set, now: Date.now() }),
      breakGlass,
    });
  const updates = createPinUpdates({
    host: HOST,
    builtIn: { version: 1, policy: policyOf(setWith()) },
    source: createPinSetSource({ api: `https://${HOST}`, ...way() }),
    store: createMemoryStore(),
    releaseKey: readPinSetKey(release.publicPem),
    breakGlassKey: readPinSetKey(second.publicPem),
    verify: verifyPinSetSignature,
    now: Date.now,
  });
  token = signed(release, false);
  expect(await updates.refresh()).toEqual({ outcome: 'refused', refusal: 'pins-miss-connection' });
  token = signed(second, true);
  expect(await updates.refresh()).toEqual({ outcome: 'kept', version: 2, breakGlass: true });
});
