import { X509Certificate } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createServer as createTcpServer } from 'node:net';
import { createServer as createTlsServer, type SecureVersion } from 'node:tls';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { createCancellation } from '../cancellation.ts';
import { readPinPolicy } from '../pin-policy.ts';
import { createTestAuthority, type ServedCertificate } from '../testing/certificates.ts';
import { type Listening, listenTls } from '../testing/listen-tls.ts';
import { nodePlatform } from './node-platform.ts';
import { type PinReport, pinCheck } from './pin-check.ts';
import { createNodeTransport, type NodeTransportOptions } from './transport.ts';

const authority = createTestAuthority();
const honest = authority.issue();
const backup = authority.issue();
const closers: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

const serve = async (certificate: ServedCertificate, version?: SecureVersion): Promise<Listening> => {
  const server = await listenTls(certificate, (_request, response) => response.end('hello'), version);
  closers.push(server.close);
  return server;
};
const transportOf = (options: NodeTransportOptions = {}) => {
  const transport = createNodeTransport({ extraAuthorities: [authority.certificate], ...options });
  closers.push(transport.close);
  return transport;
};
const pinsOf = (...pins: string[]) => ({ hosts: { localhost: { pins } } });
const request = (url: string, more: object = {}) => ({
  method: 'POST',
  url,
  headers: { authorization: 'DPoP at-canary' },
  body: Buffer.from('{}'),
  signal: createCancellation().signal,
  maxBytes: 1000,
  ...more,
});
const at = ({ port }: { port: number }) => `https://localhost:${port}/`;

describe.each<SecureVersion>(['TLSv1.2', 'TLSv1.3'])('over %s', (version) => {
  test('an intercepting server with a trusted certificate and another key gets no byte, at any attempt', async () => {
    const proxy = await serve(backup, version);
    // The control: without pins this very server is believed.
    const unpinned = transportOf();
    expect((await unpinned.send(request(at(proxy)))).status).toBe(200);
    const before = { bytes: proxy.bytesRead(), handshakes: proxy.handshakes() };
    expect(before.bytes).toBeGreaterThan(0);
    const transport = transportOf({ pins: pinsOf(honest.pin, authority.issue().pin) });
    for (let attempt = 0; attempt < 4; attempt++) {
      await expect(transport.send(request(at(proxy)))).rejects.toMatchObject({ failure: 'pin-failure', requestSent: false });
    }
    expect(proxy.bytesRead()).toBe(before.bytes);
  });

  test('every connection is checked afresh: no session is resumed', async () => {
    const resumed: boolean[] = [];
    const server = createTlsServer({ cert: honest.certificate, key: honest.key, minVersion: version, maxVersion: version }, (socket) => {
      resumed.push(socket.isSessionReused());
      socket.once('data', () => socket.end('HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n'));
      socket.on('error', () => {});
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    closers.push(() => void server.close());
    const transport = transportOf({ pins: pinsOf(honest.pin, backup.pin) });
    for (let attempt = 0; attempt < 3; attempt++) {
      expect((await transport.send(request(at(server.address() as AddressInfo)))).status).toBe(204);
    }
    expect(resumed).toEqual([false, false, false]);
  });

  test('pins replaced at runtime hold at once, also for connections that are open', async () => {
    const server = await serve(honest, version);
    const transport = transportOf({ pins: pinsOf(honest.pin, backup.pin) });
    for (let call = 0; call < 3; call++) {
      await transport.send(request(at(server)));
      // A turn of the loop, in which the connection is put back.
      await new Promise(setImmediate);
    }
    expect(server.handshakes()).toBe(1);
    const before = server.bytesRead();
    await transport.replacePins(pinsOf(backup.pin, authority.issue().pin));
    for (let attempt = 0; attempt < 3; attempt++) {
      await expect(transport.send(request(at(server)))).rejects.toMatchObject({ failure: 'pin-failure' });
    }
    expect(server.bytesRead()).toBe(before);
    // The connection that was open is gone, not merely unused.
    await expect.poll(() => server.connections()).toBe(0);
    await transport.replacePins(pinsOf(backup.pin, honest.pin));
    expect((await transport.send(request(at(server)))).status).toBe(200);
  });

  test('a certificate for another host fails, though its key is pinned', async () => {
    const other = authority.issue(['other.example']);
    const server = await serve(other, version);
    const transport = transportOf({ pins: pinsOf(other.pin, backup.pin) });
    await expect(transport.send(request(at(server)))).rejects.toMatchObject({ failure: 'untrusted-server', requestSent: false });
    expect(server.bytesRead()).toBe(0);
  });

  test('an authority nobody trusts fails, though the key is pinned', async () => {
    const stranger = createTestAuthority('Stranger').issue();
    const server = await serve(stranger, version);
    const transport = transportOf({ pins: pinsOf(stranger.pin, backup.pin) });
    await expect(transport.send(request(at(server)))).rejects.toMatchObject({ failure: 'untrusted-server', requestSent: false });
  });
});

test('the backup pin works, and so does the pin of the authority', async () => {
  const server = await serve(backup);
  expect((await transportOf({ pins: pinsOf(honest.pin, backup.pin) }).send(request(at(server)))).status).toBe(200);
  const byAuthority = transportOf({ pins: pinsOf(authority.pin, honest.pin) });
  expect((await byAuthority.send(request(at(server)))).status).toBe(200);
});

test('a trusted rogue authority that bears the name of the pinned one and sends its certificate along does not pass', async () => {
  const rogue = createTestAuthority();
  const forged = rogue.issue(['localhost'], { bare: true });
  const server = await serve({ ...forged, certificate: forged.certificate + authority.certificate });
  const extraAuthorities = [rogue.certificate];
  // The control: the device trusts it.
  expect((await transportOf({ extraAuthorities }).send(request(at(server)))).status).toBe(200);
  const transport = transportOf({ extraAuthorities, pins: pinsOf(authority.pin, honest.pin) });
  await expect(transport.send(request(at(server)))).rejects.toMatchObject({ failure: 'pin-failure' });
});

test('a whole certificate can be pinned too: the very one or its authority, and nothing else that has the same name', async () => {
  const server = await serve(honest);
  const fingerprint = (pem: string) => new X509Certificate(pem).fingerprint256;
  const pinning = (...certificates: string[]) => transportOf({ pins: { hosts: { localhost: { certificates } } } });
  const another = fingerprint(backup.certificate);
  for (const known of [honest.certificate, authority.certificate]) {
    expect((await pinning(another, fingerprint(known)).send(request(at(server)))).status).toBe(200);
  }
  const stranger = pinning(another, fingerprint(authority.issue().certificate));
  await expect(stranger.send(request(at(server)))).rejects.toMatchObject({ failure: 'pin-failure' });
});

test('a host that is not in the policy is refused, and so is one whose pins have expired', async () => {
  const server = await serve(honest);
  const unlisted = transportOf({ pins: { hosts: { 'api.example': { pins: [honest.pin, backup.pin] } } } });
  await expect(unlisted.send(request(at(server)))).rejects.toMatchObject({ failure: 'pin-failure', detail: /not in the pin policy/ });
  const pins = { hosts: { LOCALHOST: { pins: [honest.pin, backup.pin], expires: 1000 } } };
  expect((await transportOf({ pins, now: () => 999 }).send(request(at(server)))).status).toBe(200);
  const expired = transportOf({ pins, now: () => 1000 });
  await expect(expired.send(request(at(server)))).rejects.toMatchObject({ failure: 'pin-failure', detail: /expired/ });
});

test('a report-only policy lets pass and tells', async () => {
  const server = await serve(honest);
  const reports: PinReport[] = [];
  const pins = { ...pinsOf(backup.pin, authority.issue().pin), mode: 'report' as const };
  const transport = transportOf({ pins, onPinFailure: (report) => reports.push(report) });
  expect((await transport.send(request(at(server)))).status).toBe(200);
  expect(reports).toEqual([{ host: 'localhost', detail: 'none of the keys shown is pinned', seen: [honest.pin, authority.pin] }]);
});

test('a listener that throws breaks neither a refusal nor the process', async () => {
  const server = await serve(honest);
  const onPinFailure = () => {
    throw new Error('the log is full');
  };
  const pins = pinsOf(backup.pin, authority.issue().pin);
  await expect(transportOf({ pins, onPinFailure }).send(request(at(server)))).rejects.toMatchObject({ failure: 'pin-failure' });
  const lenient = transportOf({ pins: { ...pins, mode: 'report' }, onPinFailure });
  expect((await lenient.send(request(at(server)))).status).toBe(200);
});

test('a certificate in the chain that cannot be read is not looked past, and throws nothing into the socket', () => {
  const pins = readPinPolicy(pinsOf(honest.pin, backup.pin));
  const leaf = { subject: { CN: 'localhost' }, subjectaltname: 'DNS:localhost', raw: Buffer.from('no certificate') };
  const refused = pinCheck(pins, Date.now, () => {})('localhost', leaf as never);
  expect(refused).toMatchObject({ failure: 'pin-failure' });
});

test('a logger of the app that throws breaks nothing of the platform', async () => {
  const server = await serve(honest);
  const silent = nodePlatform({
    logger: { log: () => expect.fail('a logger that throws') },
    extraAuthorities: [authority.certificate],
    pins: pinsOf(backup.pin, authority.issue().pin),
  });
  closers.push(silent.transport.close);
  await expect(silent.transport.send(request(at(server)))).rejects.toMatchObject({ failure: 'pin-failure' });
});

test('the environment cannot switch the check of certificates off', async () => {
  const server = await serve(createTestAuthority('Stranger').issue());
  vi.stubEnv('NODE_TLS_REJECT_UNAUTHORIZED', '0');
  closers.push(() => void vi.unstubAllEnvs());
  await expect(transportOf().send(request(at(server)))).rejects.toMatchObject({ failure: 'untrusted-server' });
});

test('nothing older than TLS 1.2 is spoken', async () => {
  const server = createTlsServer({
    cert: honest.certificate,
    key: honest.key,
    minVersion: 'TLSv1.1',
    maxVersion: 'TLSv1.1',
    ciphers: 'DEFAULT:@SECLEVEL=0',
  });
  server.on('tlsClientError', () => {});
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closers.push(() => void server.close());
  const failure = transportOf().send(request(at(server.address() as AddressInfo)));
  await expect(failure).rejects.toMatchObject({ failure: 'untrusted-server', requestSent: false });
});

test('connectTo goes elsewhere and checks the name and pins all the same', async () => {
  const server = await serve(authority.issue(['api.example']));
  const connectTo = { 'api.example:8443': { host: '127.0.0.1', port: server.port } };
  expect((await transportOf({ connectTo }).send(request('https://api.example:8443/'))).status).toBe(200);
  const pins = { hosts: { 'api.example': { pins: [honest.pin, backup.pin] } } };
  await expect(transportOf({ connectTo, pins }).send(request('https://api.example:8443/'))).rejects.toMatchObject({
    failure: 'pin-failure',
  });
});

describe('what can go wrong on the way', () => {
  let port: number;
  let hang: (socket: import('node:tls').TLSSocket) => void;
  beforeEach(async () => {
    const server = createTlsServer({ cert: honest.certificate, key: honest.key }, (socket) => {
      socket.on('error', () => {});
      socket.once('data', () => hang(socket));
      closers.push(() => void socket.destroy());
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    closers.push(() => void server.close());
    port = (server.address() as AddressInfo).port;
  });
  const url = () => at({ port });

  test('nobody listens: unreachable, and surely not sent', async () => {
    const closed = createTcpServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => closed.once('listening', resolve));
    const { port: free } = closed.address() as AddressInfo;
    await new Promise((resolve) => closed.close(resolve));
    await expect(transportOf().send(request(at({ port: free })))).rejects.toMatchObject({ failure: 'unreachable', requestSent: false });
  });

  test('cut off in the middle: unreachable, and perhaps sent', async () => {
    hang = (socket) => {
      socket.write('HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhal');
      socket.end();
    };
    await expect(transportOf().send(request(url()))).rejects.toMatchObject({ failure: 'unreachable', requestSent: true });
  });

  test('not HTTP: malformed', async () => {
    hang = (socket) => socket.end('SMTP ready\r\n');
    await expect(transportOf().send(request(url()))).rejects.toMatchObject({ failure: 'malformed', requestSent: true });
  });

  test('an answer without end is cut off at the bound', async () => {
    hang = (socket) => {
      socket.write('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n');
      const more = () => {
        while (!socket.destroyed && socket.write(`400\r\n${'x'.repeat(1024)}\r\n`));
      };
      socket.on('drain', more);
      more();
    };
    await expect(transportOf().send(request(url()))).rejects.toMatchObject({ failure: 'too-large' });
  });

  test('a redirect is handed back, not followed', async () => {
    hang = (socket) => socket.end('HTTP/1.1 302 Found\r\nLocation: https://evil.example/\r\nContent-Length: 0\r\n\r\n');
    expect(await transportOf().send(request(url()))).toMatchObject({ status: 302, headers: { location: 'https://evil.example/' } });
  });

  test('the signal ends a request that hangs, and one that has not begun', async () => {
    const cancellation = createCancellation<'enough'>();
    hang = () => cancellation.cancel('enough');
    const sending = transportOf().send(request(url(), { signal: cancellation.signal }));
    await expect(sending).rejects.toMatchObject({ failure: 'cancelled', requestSent: true });
    const early = transportOf().send(request(url(), { signal: cancellation.signal }));
    await expect(early).rejects.toMatchObject({ failure: 'cancelled', requestSent: false });
  });

  test('an interim answer is not taken for the answer', async () => {
    hang = (socket) =>
      socket.end(
        'HTTP/1.1 103 Early Hints\r\nX-A: 1\r\n\r\nHTTP/1.1 200 OK\r\nSet-Cookie: a=1\r\nSet-Cookie: b=2\r\nContent-Length: 2\r\n\r\nok',
      );
    const { status, headers, body } = await transportOf().send(request(url()));
    expect([status, headers['set-cookie'], Buffer.from(body).toString()]).toEqual([200, 'a=1, b=2', 'ok']);
  });
});

test('a malformed pin set is refused and the old one stays', async () => {
  const server = await serve(honest);
  const transport = transportOf({ pins: pinsOf(honest.pin, backup.pin) });
  await expect(transport.replacePins(pinsOf(honest.pin))).rejects.toMatchObject({ code: 'invalid-option' });
  expect((await transport.send(request(at(server)))).status).toBe(200);
});

test('plain HTTP works where the client was told so by name; the transport itself has no opinion', async () => {
  const server = createServer((_request, response) => response.end('plain'));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closers.push(() => void server.close());
  const { port } = server.address() as AddressInfo;
  expect((await transportOf().send(request(`http://127.0.0.1:${port}/`))).status).toBe(200);
});
