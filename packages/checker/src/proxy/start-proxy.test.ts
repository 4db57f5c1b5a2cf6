import { once } from 'node:events';
import { connect as connectHttp2 } from 'node:http2';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { createTestCertificate } from '@sallyport/pipeline/testing';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createRunAuthority, type RunAuthority } from './forge-certificates.ts';
import type { Place } from './host-name.ts';
import { CONTROL_HOST, INSTALL_HOST } from './own-pages.ts';
import type { ProxyEvent } from './proxy-event.ts';
import { type RunningProxy, startProxy } from './start-proxy.ts';
import { CANARY, callThroughProxy, curlThroughProxy, openTunnel, sendRaw } from './testing/proxy-clients.ts';

const HOST = 'api.example.com';
const PIN = createTestCertificate().pin;

let authority: RunAuthority;
let proxy: RunningProxy;
let events: ProxyEvent[];
const happened = (kind: ProxyEvent['kind']) => events.filter((event) => event.kind === kind);

/** Puts another proxy in the place of the one that runs. */
async function start(passThrough: readonly Place[]): Promise<void> {
  await proxy?.close();
  proxy = await startProxy({
    listen: { host: '127.0.0.1', port: 0 },
    intercepted: [HOST, CONTROL_HOST],
    passThrough,
    from: [],
    authority,
    tell: (event) => events.push(event),
    now: () => performance.now(),
  });
}

beforeEach(async () => {
  events = [];
  authority = createRunAuthority(Date.now(), 'test');
  await start([
    { host: 'cdn.example.com', port: 443 },
    { host: '*.pass.example.com', port: 443 },
  ]);
});

afterEach(async () => {
  await proxy.close();
  // Whatever a client sent: no event may hold it.
  expect(JSON.stringify(events)).not.toContain(CANARY);
});

describe.each(['TLSv1.2', 'TLSv1.3'] as const)('an app over %s', (maxVersion) => {
  const call = (more: object) => callThroughProxy({ port: proxy.port, host: HOST, maxVersion, ...more });

  test('without pins is answered by the proxy, and what it sent is known by its shape', async () => {
    expect(await call({ ca: authority.pem })).toBe('HTTP/1.1 403 Forbidden');
    const request = 'GET /orders/{…}?access_token=… with authorization (bearer)';
    expect(events).toEqual([{ kind: 'accepted', host: HOST, from: '127.0.0.1', request }]);
  });

  test('with pins sends no byte, at any attempt', async () => {
    for (let attempt = 0; attempt < 3; attempt++) expect(await call({ ca: authority.pem, pins: [PIN] })).toBe('PIN');
    await expect.poll(() => happened('refused').length).toBe(3);
    expect(events).toHaveLength(3);
  });

  test('that does not know the authority refuses as well', async () => {
    expect(await call({})).toBe('UNABLE_TO_VERIFY_LEAF_SIGNATURE');
    await expect.poll(() => happened('refused').length).toBe(1);
  });

  test('that sends something else than HTTP has accepted all the same', async () => {
    await call({ ca: authority.pem, says: `\u0010\u0002${CANARY}` });
    await expect.poll(() => happened('accepted')).toMatchObject([{ request: expect.stringContaining('no HTTP request') }]);
  });

  test('is not asked for the body it holds back, and an upgrade is a request', async () => {
    const head = `HTTP/1.1\r\nHost: ${HOST}\r\nAuthorization: Bearer ${CANARY}\r\n`;
    const pay = `POST /pay ${head}Content-Length: 9\r\nExpect: 100-continue\r\n\r\n`;
    const socket = `GET /socket ${head}Connection: Upgrade\r\nUpgrade: websocket\r\n\r\n`;
    for (const says of [pay, socket]) expect(await call({ ca: authority.pem, says })).toBe('HTTP/1.1 403 Forbidden');
    expect(happened('accepted').map((event) => 'request' in event && event.request)).toEqual([
      'POST /pay with authorization (bearer)',
      'GET /socket with authorization (bearer)',
    ]);
  });

  test('whose TLS names another host proves nothing', async () => {
    await call({ ca: authority.pem, servername: 'other.example.com' });
    await expect.poll(() => events).toMatchObject([{ kind: 'unclear', host: HOST, why: expect.stringContaining('named another') }]);
  });

  test('whose TLS names no host gets the certificate of the one it asked for', async () => {
    expect(await call({ ca: authority.pem, servername: '' })).toBe('HTTP/1.1 403 Forbidden');
    expect(happened('accepted')).toHaveLength(1);
  });
});

describe('curl', () => {
  const url = `https://${HOST}/v1/me`;
  test('with the authority and no pin gets through', async () => {
    expect(await curlThroughProxy({ port: proxy.port, url, ca: authority.pem })).toBe(0);
    expect(happened('accepted')).toMatchObject([{ request: 'GET /v1/me with authorization (bearer)' }]);
  });

  test('with the authority and a pin refuses', async () => {
    expect(await curlThroughProxy({ port: proxy.port, url, ca: authority.pem, pin: PIN })).toBe(90);
    await expect.poll(() => events).toMatchObject([{ kind: 'refused', how: 'closed at once after the handshake' }]);
  });

  test('without the authority says so by an alert', async () => {
    expect(await curlThroughProxy({ port: proxy.port, url })).toBe(60);
    await expect.poll(() => events).toMatchObject([{ kind: 'refused', how: 'alert unknown_ca (48)' }]);
  });

  test('asking without TLS is told of, and nothing is forwarded', async () => {
    const more = ['--fail'];
    expect(await curlThroughProxy({ port: proxy.port, url: `http://${HOST}/login?code=${CANARY}`, more })).toBe(22);
    expect(await curlThroughProxy({ port: proxy.port, url: `http://${HOST}/feed`, more: ['--proxytunnel', ...more] })).toBe(22);
    expect(events).toMatchObject([
      { kind: 'cleartext', host: HOST, request: 'GET /login?code=… with authorization (bearer)' },
      { kind: 'cleartext', host: HOST, request: 'GET /feed with authorization (bearer)' },
    ]);
  });
});

test('a client that speaks HTTP/2 alone has accepted once it asks, not when it greets', async () => {
  const tunnel = await openTunnel(proxy.port, `${HOST}:443`);
  const tls = connectTls({ socket: tunnel, servername: HOST, ca: authority.pem, ALPNProtocols: ['h2'] });
  const session = connectHttp2(`https://${HOST}`, { createConnection: () => tls });
  await once(session, 'remoteSettings');
  expect(events).toEqual([]);
  const [answer] = await once(session.request({ ':path': '/me', authorization: `Bearer ${CANARY}` }), 'response');
  session.destroy();
  expect(answer[':status']).toBe(403);
  expect(happened('accepted')).toMatchObject([{ request: 'GET /me with authorization (bearer)' }]);
});

test('an app that ignores proxies and is led here by its resolver is known by the name in its TLS', async () => {
  const ask = (servername: string) => {
    const tls = connectTls({ host: '127.0.0.1', port: proxy.port, servername, ca: authority.pem });
    tls.on('error', () => {});
    tls.write(`GET /me HTTP/1.1\r\nHost: ${servername}\r\n\r\n`);
    return new Promise((resolve) => tls.resume().once('close', resolve));
  };
  await ask(HOST);
  await ask('other.example.com');
  expect(events).toMatchObject([
    { kind: 'accepted', host: HOST, request: 'GET /me' },
    { kind: 'not-named', host: 'other.example.com' },
  ]);
});

test('the page of the control opens for whoever trusts the authority', async () => {
  expect(await callThroughProxy({ port: proxy.port, host: CONTROL_HOST, ca: authority.pem })).toBe('HTTP/1.1 200 OK');
  expect(happened('accepted')).toMatchObject([{ host: CONTROL_HOST }]);
});

test('the certificate can be fetched through the proxy or from it, in both forms, and nothing else of the authority', async () => {
  const get = (target: string) => sendRaw(proxy.port, `GET ${target} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`);
  expect(await get('/sallyport-proxy-check.pem')).toContain(authority.pem);
  expect(await get(`http://${INSTALL_HOST}/sallyport-proxy-check.cer`)).toContain('application/x-x509-ca-cert');
  const page = await get(`http://${INSTALL_HOST}/`);
  expect(page).toContain(authority.name);
  expect(page).toContain(`https://${CONTROL_HOST}/`);
  for (const target of ['/', '/../../etc/passwd', '/key.pem', '/sallyport-proxy-check.key'])
    expect(await get(target)).not.toContain('PRIVATE');
});

describe('hostile input', () => {
  test.each([
    ['a host nobody named', 'CONNECT other.example.com:443 HTTP/1.1\r\nHost: x\r\n\r\n', 403],
    ['a host of the house', 'CONNECT 127.0.0.1:22 HTTP/1.1\r\nHost: x\r\n\r\n', 403],
    ['the address of a cloud’s metadata', 'GET http://169.254.169.254/latest/meta-data/ HTTP/1.1\r\nHost: x\r\n\r\n', 403],
    ['a named host at another port', 'CONNECT cdn.example.com:25 HTTP/1.1\r\nHost: x\r\n\r\n', 403],
    ['a name that only ends like a named one', 'CONNECT evilpass.example.com:443 HTTP/1.1\r\nHost: x\r\n\r\n', 403],
    ['no place', 'CONNECT nonsense HTTP/1.1\r\nHost: x\r\n\r\n', 400],
    ['a scheme that is none', 'GET ftp://x y HTTP/1.1\r\nHost: x\r\n\r\n', 400],
    ['no HTTP', `${'x'.repeat(200)}\r\n\r\n`, 400],
    ['a head without end', `GET / HTTP/1.1\r\nX: ${CANARY.repeat(2_000)}`, 431],
  ])('%s is refused with a clear answer', async (_, bytes, status) => {
    const answer = await sendRaw(proxy.port, bytes);
    expect(answer).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
    expect(JSON.parse(answer.split('\r\n\r\n')[1] as string)).toMatchObject({ status, title: expect.any(String) });
    expect(answer).not.toContain(CANARY);
  });

  test('garbage after CONNECT is no handshake, and garbage that looks like TLS neither', async () => {
    for (const bytes of ['garbage', Buffer.from('16030100ff'.padEnd(600, 'f'), 'hex')]) {
      const socket = await openTunnel(proxy.port, `${HOST}:443`);
      socket.resume().write(bytes);
      await once(socket, 'close');
    }
    await expect.poll(() => events).toMatchObject([{ kind: 'unclear' }, { kind: 'unclear' }]);
  });

  test('a client that sends byte by byte is understood as any other', async () => {
    const trickle = async (socket: Socket, bytes: Buffer) => {
      socket.setNoDelay(true);
      for (const byte of bytes) await new Promise((resolve) => socket.write(Buffer.of(byte), resolve));
    };
    const shown = await openTunnel(proxy.port, `${HOST}:443`);
    await trickle(shown, await clientHello());
    await once(shown, 'data');
    shown.destroy();
    const clear = await openTunnel(proxy.port, `${HOST}:80`);
    await trickle(clear, Buffer.from(`GET /feed HTTP/1.1\r\nHost: ${HOST}\r\nCookie: ${CANARY}\r\n\r\n`));
    await expect.poll(() => happened('cleartext')).toMatchObject([{ request: 'GET /feed with cookie' }]);
    clear.destroy();
    await expect.poll(() => happened('refused')).toMatchObject([{ how: 'closed when it saw the certificate' }]);
  });

  test('a client that leaves in the middle of everything harms nobody', async () => {
    connect(proxy.port, '127.0.0.1')
      .on('error', () => {})
      .destroy();
    (await openTunnel(proxy.port, `${HOST}:443`)).destroy();
    const tls = connectTls({ socket: await openTunnel(proxy.port, `${HOST}:443`), servername: HOST });
    tls.on('error', () => {});
    tls.destroy();
    expect(await callThroughProxy({ port: proxy.port, host: HOST, ca: authority.pem })).toBe('HTTP/1.1 403 Forbidden');
    expect(happened('accepted')).toHaveLength(1);
  });

  test('hundreds of connections that say nothing are bounded, and told of', async () => {
    const sockets = Array.from({ length: 300 }, () => connect(proxy.port, '127.0.0.1').on('error', () => {}));
    await expect.poll(() => happened('crowded').length).toBeGreaterThan(40);
    for (const socket of sockets) socket.destroy();
    await expect.poll(() => callThroughProxy({ port: proxy.port, host: HOST, ca: authority.pem })).toBe('HTTP/1.1 403 Forbidden');
  });

  test('hundreds of apps at once are all counted', async () => {
    await Promise.all(
      Array.from({ length: 200 }, () => callThroughProxy({ port: proxy.port, host: HOST, ca: authority.pem, pins: [PIN] })),
    );
    await expect.poll(() => happened('refused').length).toBe(200);
    expect(events).toHaveLength(200);
  });

  test('it can be closed in the middle of a handshake, which then proves nothing', async () => {
    const hello = await clientHello();
    const socket = await openTunnel(proxy.port, `${HOST}:443`);
    socket.write(hello);
    // The certificate has been shown, and the client says nothing to it.
    await once(socket, 'data');
    const closed = once(socket.resume(), 'close');
    await proxy.close();
    await closed;
    expect(events).toEqual([{ kind: 'unclear', host: HOST, from: '127.0.0.1', why: 'the run was over' }]);
  });
});

test('a named host is passed on untouched, at the named port', async () => {
  const server = createServer((socket) => socket.on('error', () => {}).pipe(socket));
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo;
  await start([{ host: '127.0.0.1', port }]);
  const tunnel = await openTunnel(proxy.port, `127.0.0.1:${port}`);
  tunnel.write(CANARY);
  const [echo] = await once(tunnel, 'data');
  tunnel.destroy();
  server.close();
  expect(String(echo)).toBe(CANARY);
  expect(events).toEqual([{ kind: 'passed-on', host: '127.0.0.1', from: '127.0.0.1' }]);
});

test('a named host that is down is said to be', async () => {
  const server = createServer();
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await start([{ host: '127.0.0.1', port }]);
  expect(await sendRaw(proxy.port, `CONNECT 127.0.0.1:${port} HTTP/1.1\r\nHost: x\r\n\r\n`)).toMatch(/^HTTP\/1\.1 502 /);
});

/** What a client says first, taken from one that got no answer. */
async function clientHello(): Promise<Buffer> {
  const server = createServer();
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const client = connectTls({ host: '127.0.0.1', port: (server.address() as AddressInfo).port, servername: HOST });
  client.on('error', () => {});
  const [socket] = await once(server, 'connection');
  const [bytes] = await once(socket, 'data');
  client.destroy();
  socket.destroy();
  server.close();
  return bytes;
}
