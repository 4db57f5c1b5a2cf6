import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { get } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { pinOfCertificateKey, pinOfKey, pinOfWholeCertificate } from '../material/spki-hash.ts';
import { parsePinSet } from '../set/parse-pin-set.ts';
import type { PinSetInput } from '../set/pin-set.ts';
import { type Authority, freshKey, makeAuthority } from '../testing/authority.ts';
import type { Identity } from '../testing/certify.ts';
import { startTlsServer } from '../testing/tls-server.ts';
import { emit } from './emit.ts';

const HOST = 'api.test';
const leafKey = freshKey();
const backupKey = freshKey();
const folder = mkdtempSync(join(tmpdir(), 'sallyport-pins-'));
afterAll(() => rmSync(folder, { recursive: true }));

let authority: Authority;
let stranger: Authority;
let files = 0;
beforeAll(async () => {
  authority = await makeAuthority('Good');
  stranger = await makeAuthority('Stranger');
  writeFileSync(join(folder, 'ca.pem'), authority.root.certificate.toString() + stranger.root.certificate.toString());
});

function setWith(change: (host: PinSetInput['hosts'][0]) => void = () => {}): ReturnType<typeof parsePinSet> {
  const host: PinSetInput['hosts'][0] = {
    host: HOST,
    pins: [
      { pin: pinOfKey(leafKey), role: 'leaf', state: 'active' },
      { pin: pinOfKey(backupKey), role: 'backup', state: 'active' },
    ],
  };
  change(host);
  return parsePinSet(JSON.stringify({ format: 'sallyport-pin-set/1', version: 1, hosts: [host] }), 'test');
}

type Run = (port: number, set: ReturnType<typeof setWith>, options?: { host?: string; now?: number }) => Promise<boolean>;

/** Emits for curl, runs curl on it, and says whether an answer came. */
const runCurl: Run = (port, set, { host = HOST } = {}) => {
  const config = join(folder, `${files++}.curlrc`);
  writeFileSync(config, emit(set, 'curl', { now: Date.now() }).files[0]?.text ?? '');
  const args = ['-q', '--config', config, '--silent', '--max-time', '20', '--cacert', join(folder, 'ca.pem'), '--noproxy', '*'];
  return new Promise((resolve, reject) => {
    execFile('curl', [...args, '--resolve', `${host}:${port}:127.0.0.1`, `https://${host}:${port}/hello`], (error, stdout) => {
      if (error?.code === 'ENOENT') reject(new Error('curl is not installed. Install the Debian package "curl".'));
      else resolve(error === null && stdout === 'ok');
    });
  });
};

/** Emits the node module, imports it, and says whether an answer came. */
const runNode: Run = async (port, set, { host = HOST, now = Date.now() } = {}) => {
  const file = join(folder, `${files++}.mjs`);
  writeFileSync(file, emit(set, 'node', { now: Date.now() }).files[0]?.text ?? '');
  const { createPinnedAgent } = await import(pathToFileURL(file).href);
  const ca = [authority.root.certificate.toString(), stranger.root.certificate.toString()];
  const agent = createPinnedAgent({ ca, now: () => now });
  return new Promise((resolve) => {
    get({ host: '127.0.0.1', port, servername: host, headers: { host }, path: '/hello', agent }, (response) => {
      response.resume().once('end', () => resolve(response.statusCode === 200));
    }).once('error', () => resolve(false));
  }).finally(() => agent.destroy()) as Promise<boolean>;
};

const forms: readonly (readonly [string, Run])[] = [
  ['curl', runCurl],
  ['node', runNode],
];

async function against(
  identity: Identity,
  check: (port: number) => Promise<boolean>,
  extra = '',
): Promise<{ ok: boolean; requests: number }> {
  const server = await startTlsServer(identity, extra);
  try {
    const ok = await check(server.port);
    return { ok, requests: server.requests.length };
  } finally {
    await server.close();
  }
}

const accepted = { ok: true, requests: 1 };
const refused = { ok: false, requests: 0 };

describe.each(forms)('the emitted %s form, against real TLS servers', (_, run) => {
  test('accepts the leaf key', async () => {
    const identity = await authority.issue([HOST], { key: leafKey });
    expect(await against(identity, (port) => run(port, setWith()))).toEqual(accepted);
  });

  test('accepts a renewed certificate with the same key', async () => {
    const before = await authority.issue([HOST], { key: leafKey });
    const renewed = await authority.issue([HOST], { key: leafKey });
    expect(renewed.certificate.fingerprint256).not.toBe(before.certificate.fingerprint256);
    expect(await against(renewed, (port) => run(port, setWith()))).toEqual(accepted);
  });

  test('accepts the backup key, also under another issuer', async () => {
    const identity = await stranger.issue([HOST], { key: backupKey });
    expect(await against(identity, (port) => run(port, setWith()))).toEqual(accepted);
  });

  test('refuses an unknown key under a trusted authority, and sends nothing', async () => {
    const identity = await authority.issue([HOST]);
    expect(await against(identity, (port) => run(port, setWith()))).toEqual(refused);
  });

  test('refuses a pinned key in a certificate for another host', async () => {
    const identity = await authority.issue(['other.test'], { key: leafKey });
    expect(await against(identity, (port) => run(port, setWith()))).toEqual(refused);
  });

  test('refuses a pinned key in an expired certificate', async () => {
    const day = 86_400_000;
    const identity = await authority.issue([HOST], { key: leafKey, notBefore: Date.now() - 90 * day, notAfter: Date.now() - day });
    expect(await against(identity, (port) => run(port, setWith()))).toEqual(refused);
  });

  test('refuses a pinned key in a self-signed certificate', async () => {
    const { certify } = await import('../testing/certify.ts');
    const day = 86_400_000;
    const times = { notBefore: Date.now() - day, notAfter: Date.now() + day };
    const identity = await certify({ subject: `CN=${HOST}`, key: leafKey, hosts: [HOST], ...times });
    expect(await against(identity, (port) => run(port, setWith()))).toEqual(refused);
  });
});

test('the node form ends the pins at their moment, and then does what the set says', async () => {
  const expires = Math.ceil(Date.now() / 1000) * 1000 + 86_400_000;
  const [open, closed] = (['trust-store', 'refuse'] as const).map((afterExpiry) =>
    setWith((host) => Object.assign(host, { expires: new Date(expires).toISOString(), afterExpiry })),
  ) as [ReturnType<typeof setWith>, ReturnType<typeof setWith>];
  const unpinned = await authority.issue([HOST]);
  expect(await against(unpinned, (port) => runNode(port, open, { now: expires - 1 }))).toEqual(refused);
  expect(await against(unpinned, (port) => runNode(port, open, { now: expires }))).toEqual(accepted);
  const pinned = await authority.issue([HOST], { key: leafKey });
  expect(await against(pinned, (port) => runNode(port, closed, { now: expires - 1 }))).toEqual(accepted);
  expect(await against(pinned, (port) => runNode(port, closed, { now: expires }))).toEqual(refused);
});

test('an expired set cannot be emitted for curl, which would enforce it for ever', () => {
  const set = setWith((host) => {
    host.expires = '2020-01-01';
  });
  expect(() => emit(set, 'curl', { now: Date.now() })).toThrow(expect.objectContaining({ code: 'set-expired' }));
});

test('a curl form emitted before its set expires says that curl does not know the day, and stays closed to unknown keys', async () => {
  const set = setWith((host) => {
    host.expires = new Date(Date.now() + 86_400_000).toISOString();
  });
  expect(emit(set, 'curl', { now: Date.now() }).files[0]?.text).toMatch(/^# .*expiry.*for ever/m);
  expect(await against(await authority.issue([HOST]), (port) => runCurl(port, set))).toEqual(refused);
  expect(await against(await authority.issue([HOST], { key: leafKey }), (port) => runCurl(port, set))).toEqual(accepted);
});

test('the node form accepts a pinned intermediate, and not one that is merely sent along', async () => {
  const set = setWith((host) => {
    host.pins = [
      { pin: pinOfCertificateKey(authority.intermediate.certificate), role: 'intermediate', state: 'active' },
      { pin: pinOfKey(backupKey), role: 'backup', state: 'active' },
    ];
  });
  expect(await against(await authority.issue([HOST]), (port) => runNode(port, set))).toEqual(accepted);
  const pinned = authority.intermediate.certificate.toString();
  expect(await against(await stranger.issue([HOST]), (port) => runNode(port, set), pinned)).toEqual(refused);
});

test('the node form is not fooled by a rogue authority of the same name that sends the pinned one along', async () => {
  const set = setWith((host) => {
    host.pins = [
      { pin: pinOfCertificateKey(authority.intermediate.certificate), role: 'intermediate', state: 'active' },
      { pin: pinOfKey(backupKey), role: 'backup', state: 'active' },
    ];
  });
  const { certify } = await import('../testing/certify.ts');
  const day = 86_400_000;
  const times = { notBefore: Date.now() - day, notAfter: Date.now() + day };
  // Same subject as the pinned intermediate, so that the leaf seems issued by either.
  const twin = await certify({ subject: 'CN=Good Intermediate', issuer: stranger.root, ca: true, ...times });
  const identity = await certify({ subject: `CN=${HOST}`, issuer: twin, hosts: [HOST], ...times });
  const pinned = authority.intermediate.certificate.toString();
  for (const chainPem of [
    identity.certificate.toString() + pinned + twin.certificate,
    identity.certificate.toString() + twin.certificate + pinned,
  ]) {
    expect(await against({ ...identity, chainPem }, (port) => runNode(port, set))).toEqual(refused);
  }
});

test('the node form matches a whole certificate, until it is renewed', async () => {
  const identity = await authority.issue([HOST]);
  const set = setWith((host) => {
    host.pins.unshift({ pin: pinOfWholeCertificate(identity.certificate), kind: 'certificate', role: 'leaf', state: 'active' });
  });
  expect(await against(identity, (port) => runNode(port, set))).toEqual(accepted);
  expect(await against(await authority.issue([HOST], { key: identity.key }), (port) => runNode(port, set))).toEqual(refused);
});

test('report-only lets the connection pass and says so', async () => {
  const set = setWith((host) => {
    host.reportOnly = true;
  });
  const file = join(folder, `${files++}.mjs`);
  writeFileSync(file, emit(set, 'node', { now: Date.now() }).files[0]?.text ?? '');
  const { createServerIdentityCheck } = await import(pathToFileURL(file).href);
  const missed: string[] = [];
  const check = createServerIdentityCheck({ onMismatch: (host: string) => missed.push(host) });
  const { certificate } = await authority.issue([HOST]);
  const peer = { subject: { CN: HOST }, subjectaltname: `DNS:${HOST}`, raw: certificate.raw };
  expect(check(HOST, peer)).toBeUndefined();
  expect(missed).toEqual([HOST]);
  expect(check('unlisted.test', { ...peer, subjectaltname: 'DNS:unlisted.test' })).toMatchObject({ code: 'pin-mismatch' });
});
