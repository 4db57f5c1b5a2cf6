import { type PinPolicy, TransportError } from '@sallyport/client';
import { createNodeTransport } from '@sallyport/client/node';
import { emit, type PinSetInput, parsePinSet, pinOfKey, pinOfWholeCertificate } from '@sallyport/pins';
import { type Authority, certify, freshKey, type Identity, makeAuthority, startTlsServer } from '@sallyport/pins/testing';
import { beforeAll, expect, test } from 'vitest';

const DAY = 86_400_000;
const HOST = 'api.test';
const [leafKey, backupKey] = [freshKey(), freshKey()];

let authority: Authority;
let stranger: Authority;
beforeAll(async () => {
  authority = await makeAuthority('Good');
  stranger = await makeAuthority('Stranger');
});

const pinned: PinSetInput['hosts'][0]['pins'] = [
  { pin: pinOfKey(leafKey), role: 'leaf', state: 'active' },
  { pin: pinOfKey(backupKey), role: 'backup', state: 'active' },
];

/** What the emitted policy makes of a real server; `requests` is what that one was sent. */
async function against(identity: Identity, { now = Date.now(), ...host }: { now?: number } & Partial<PinSetInput['hosts'][0]> = {}) {
  const set = parsePinSet(
    JSON.stringify({ format: 'sallyport-pin-set/1', version: 1, hosts: [{ host: HOST, pins: pinned, ...host }] }),
    'test',
  );
  const pins: PinPolicy = JSON.parse(emit(set, 'client', { now: Date.now() }).files[0]?.text ?? '');
  const server = await startTlsServer(identity);
  const transport = createNodeTransport({
    pins,
    now: () => now,
    extraAuthorities: [authority, stranger].map(({ root }) => root.certificate.toString()),
    connectTo: { [HOST]: { host: '127.0.0.1', port: server.port }, [`${HOST}:443`]: { host: '127.0.0.1', port: server.port } },
  });
  try {
    const request = { method: 'GET', url: `https://${HOST}/hello`, headers: {}, body: undefined, maxBytes: 100 };
    const { status } = await transport.send({ ...request, signal: new AbortController().signal });
    return { outcome: status, requests: server.requests.length };
  } catch (error) {
    if (!(error instanceof TransportError)) throw error;
    return { outcome: error.failure, requests: server.requests.length };
  } finally {
    await transport.close();
    await server.close();
  }
}

const accepted = { outcome: 200, requests: 1 };
const unpinned = { outcome: 'pin-failure', requests: 0 };
const untrusted = { outcome: 'untrusted-server', requests: 0 };

test('accepts the leaf key, also in a renewed certificate, and the backup key of another issuer', async () => {
  expect(await against(await authority.issue([HOST], { key: leafKey }))).toEqual(accepted);
  expect(await against(await authority.issue([HOST], { key: leafKey }))).toEqual(accepted);
  expect(await against(await stranger.issue([HOST], { key: backupKey }))).toEqual(accepted);
});

test('refuses an unknown key under a trusted authority, and sends nothing', async () => {
  expect(await against(await authority.issue([HOST]))).toEqual(unpinned);
});

test('refuses a pinned key in a certificate for another host, in an expired and in a self-signed one', async () => {
  expect(await against(await authority.issue(['other.test'], { key: leafKey }))).toEqual(untrusted);
  const past = { notBefore: Date.now() - 90 * DAY, notAfter: Date.now() - DAY };
  expect(await against(await authority.issue([HOST], { key: leafKey, ...past }))).toEqual(untrusted);
  const times = { notBefore: Date.now() - DAY, notAfter: Date.now() + DAY };
  expect(await against(await certify({ subject: `CN=${HOST}`, key: leafKey, hosts: [HOST], ...times }))).toEqual(untrusted);
});

test('once the set has expired the host is refused, whatever it shows', async () => {
  const expires = Math.ceil(Date.now() / 1000) * 1000 + DAY;
  const set = { expires: new Date(expires).toISOString() };
  const identity = await authority.issue([HOST], { key: leafKey });
  expect(await against(identity, { ...set, now: expires - 1 })).toEqual(accepted);
  expect(await against(identity, { ...set, now: expires })).toEqual(unpinned);
});

test('matches a whole certificate, until it is renewed', async () => {
  const identity = await authority.issue([HOST]);
  const whole = { pin: pinOfWholeCertificate(identity.certificate), kind: 'certificate', role: 'leaf', state: 'active' } as const;
  expect(await against(identity, { pins: [whole, ...pinned] })).toEqual(accepted);
  expect(await against(await authority.issue([HOST], { key: identity.key }), { pins: [whole, ...pinned] })).toEqual(unpinned);
});

test('a report-only set lets everything pass that the platform trusts', async () => {
  expect(await against(await authority.issue([HOST]), { reportOnly: true })).toEqual(accepted);
});
