import { createServer, type Server } from 'node:https';
import { type AddressInfo, connect, createServer as createTcpServer } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import { createTestCertificate } from '@sallyport/pipeline/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Attack } from './attack.ts';
import { attacks } from './attacks/index.ts';
import { createDeviceKey } from './means/device-key.ts';
import { withSignature } from './means/forge-token.ts';
import { send } from './means/send.ts';
import { playAttacks } from './play-attacks.ts';
import type { Arrival, Stage } from './stage.ts';

// A house without a guard: every request reaches the "backend" and is answered 200, every refresh token is taken from
// anybody and rotates each time, the sign-in page lets one guess for ever, and the app has no pins. The lab must see it.
let server: Server;
let stage: Stage;
const arrivals: Arrival[] = [];

beforeAll(async () => {
  const { certificate, key, authority } = createTestCertificate();
  let refreshes = 0;
  server = createServer({ cert: certificate, key }, (request, response) => {
    const { method = '', url = '', headers } = request;
    request.resume();
    if (url === '/token') return response.end(JSON.stringify({ access_token: 'new', refresh_token: `refresh-${++refreshes}` }));
    if (url === '/sign-in') return response.writeHead(401).end('<form action="/sign-in" method="post"><input name="username"></form>');
    if (url === '/jwks') return response.end(JSON.stringify({ keys: [createDeviceKey().jwk] }));
    arrivals.push({ method, target: url, headers });
    return response.setHeader('dpop-nonce', 'anything').end('{}');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const gatewayUrl = `https://localhost:${(server.address() as AddressInfo).port}`;
  const call = async (path: string) => (await send({ url: gatewayUrl + path, certificateAuthority: authority })).status;
  const accessToken = withSignature({ alg: 'ES256', typ: 'at+jwt' }, { sub: 'user' }, 'AAAA');
  stage = {
    gatewayUrl,
    issuer: gatewayUrl,
    audience: gatewayUrl,
    clientId: 'app',
    tokenEndpoint: `${gatewayUrl}/token`,
    certificateAuthority: authority,
    path: '/orders',
    victim: {
      call,
      refresh: async () => {},
      tokens: async () => ({ accessToken, refreshToken: 'refresh-0' }),
      idToken: accessToken,
      deviceKey: createDeviceKey(),
    },
    arrivals: (marker) => arrivals.filter(({ target }) => target.includes(`attack=${marker}`)),
    lureApp: async ({ port, certificateAuthority }) => ({
      async call(path) {
        await send({ url: `https://localhost:${port}${path}`, headers: { authorization: 'DPoP secret' }, certificateAuthority });
        return 'sent';
      },
    }),
    issueRogueCertificate: () => {
      const rogue = createTestCertificate();
      return { certificateAuthority: rogue.authority, certificate: rogue.certificate, key: rogue.key };
    },
    signInUrl: () => `${gatewayUrl}/sign-in`,
    randomId: () => 'id',
    wait: async () => {},
  };
});

afterAll(() => {
  server.close();
});

// TLS itself is node's here, and node refuses what tls-downgrade offers: the one guard this house has.
test.each(attacks.filter(({ id }) => id !== 'tls-downgrade').map((attack) => [attack.id, attack] as const))(
  '%s succeeds against a house without guards, and the lab says so',
  async (_, attack) => {
    const [played] = await playAttacks([attack], stage, () => {});
    expect(played).toMatchObject({ id: attack.id, held: false });
  },
);

const downgrade = attacks.filter(({ id }) => id === 'tls-downgrade');

test('tls-downgrade succeeds against a server that still speaks what the last century did', async () => {
  const { certificate, key, authority } = createTestCertificate();
  const lax = createTlsServer({ cert: certificate, key, minVersion: 'TLSv1', ciphers: 'ALL:@SECLEVEL=0' }, (socket) => socket.end());
  lax.on('tlsClientError', () => {});
  await new Promise<void>((resolve) => lax.listen(0, '127.0.0.1', resolve));
  const gatewayUrl = `https://localhost:${(lax.address() as AddressInfo).port}`;
  const [played] = await playAttacks(downgrade, { ...stage, gatewayUrl, certificateAuthority: authority }, () => {});
  expect(played).toMatchObject({ held: false, reason: 'handshake-accepted' });
  lax.close();
});

test('an old offer that nobody answered is not taken for one that was refused', async () => {
  let connections = 0;
  const flaky = createTcpServer((socket) => {
    if (connections++ > 0) return socket.destroy();
    const onward = connect(Number(new URL(stage.gatewayUrl).port), '127.0.0.1');
    for (const end of [socket, onward]) end.on('error', () => end.destroy());
    return socket.pipe(onward).pipe(socket);
  });
  await new Promise<void>((resolve) => flaky.listen(0, '127.0.0.1', resolve));
  const gatewayUrl = `https://localhost:${(flaky.address() as AddressInfo).port}`;
  const [played] = await playAttacks(downgrade, { ...stage, gatewayUrl }, () => {});
  expect(played).toMatchObject({ held: false, reason: 'not-mounted' });
  flaky.close();
});

test('an attack that cannot be mounted counts as failed, and the next is still played', async () => {
  const broken: Attack = { id: 'broken', threat: 'T1', title: 'Broken', play: () => Promise.reject(new TypeError('no network')) };
  const fine: Attack = { ...broken, id: 'fine', play: async () => ({ held: true, reason: 'refused', evidence: 'seen' }) };
  const told: string[] = [];
  const played = await playAttacks([broken, fine], stage, ({ id }) => told.push(id));
  expect(played).toMatchObject([
    { id: 'broken', held: false, reason: 'not-mounted', evidence: 'TypeError: no network' },
    { id: 'fine', held: true },
  ]);
  expect(told).toEqual(['broken', 'fine']);
});

test('every attack has an id of its own, a threat and a title', () => {
  expect(new Set(attacks.map(({ id }) => id)).size).toBe(attacks.length);
  for (const { id, threat, title } of attacks) {
    expect(id).toMatch(/^[a-z]+(-[a-z]+)*$/);
    expect(threat).toMatch(/^T[1-8]$/);
    expect(title).not.toBe('');
  }
});
