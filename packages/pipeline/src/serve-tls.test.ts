import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { connect as connectHttp2, constants } from 'node:http2';
import { request as httpsRequest, type RequestOptions } from 'node:https';
import { connect as connectPlain, type Socket } from 'node:net';
import { connect, type TLSSocket } from 'node:tls';
import { afterEach, beforeAll, expect, test } from 'vitest';
import { readBody } from './read-body.ts';
import { RequestFault } from './request-fault.ts';
import { respondProblem } from './respond-problem.ts';
import { type ConnectionRefusal, type ServeTlsOptions, serveTls, type TlsServer } from './serve-tls.ts';
import { createTestCertificate, type TestCertificate } from './testing/index.ts';

let certificate: TestCertificate;
beforeAll(() => {
  certificate = createTestCertificate();
});

let server: TlsServer;
let refusals: ConnectionRefusal[];
let faults: (string | undefined)[];
afterEach(() => server.close());

async function start(options: Partial<ServeTlsOptions> = {}): Promise<TlsServer> {
  refusals = [];
  faults = [];
  server = await serveTls({
    host: '127.0.0.1',
    port: 0,
    ...certificate,
    http2: true,
    headerBytes: 16_384,
    requestTimeout: 30_000,
    onRefused: (refusal) => refusals.push(refusal),
    handler: (request, response) => {
      readBody(request, 100).then(
        (body) => response.end(`${request.method} ${request.url} ${body}`),
        (error) => {
          faults.push(error instanceof RequestFault ? error.code : String(error));
          if (error instanceof RequestFault) respondProblem(response, error.code, 'handled');
        },
      );
    },
    ...options,
  });
  return server;
}

const tls = (options: object = {}) => connect({ port: server.port, host: '127.0.0.1', ca: certificate.authority, ...options });
const text = async (socket: Socket | TLSSocket) => {
  let all = '';
  socket.setEncoding('utf8').on('data', (chunk: string) => {
    all += chunk;
  });
  socket.on('error', () => undefined);
  await once(socket, 'close');
  return all;
};
const get = (options: RequestOptions = {}) =>
  new Promise<{ status: number | undefined; body: string }>((resolve, reject) => {
    const request = httpsRequest({ port: server.port, host: '127.0.0.1', ca: certificate.authority, ...options }, (response) => {
      let body = '';
      response.on('data', (chunk) => {
        body += chunk;
      });
      response.on('end', () => resolve({ status: response.statusCode, body }));
    });
    request.on('error', reject).end();
  });

test('answers HTTP/1.1 and HTTP/2 over TLS with a certificate that verifies', async () => {
  await start();
  expect(await get({ path: '/one' })).toEqual({ status: 200, body: 'GET /one ' });
  const session = connectHttp2(`https://127.0.0.1:${server.port}`, { ca: certificate.authority });
  const stream = session.request({ ':path': '/two', ':method': 'POST' });
  stream.end('body');
  const [head] = await once(stream, 'response');
  expect(head[':status']).toBe(200);
  stream.setEncoding('utf8');
  expect(await once(stream, 'data')).toEqual(['POST /two body']);
  session.close();
});

test('serves HTTP/1.1 alone when asked to', async () => {
  await start({ http2: false });
  const socket = tls({ ALPNProtocols: ['h2', 'http/1.1'] });
  await once(socket, 'secureConnect');
  expect(socket.alpnProtocol).toBe('http/1.1');
  socket.destroy();
  expect(await get()).toMatchObject({ status: 200 });
});

test.each([
  ['TLS 1.1', { minVersion: 'TLSv1.1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' }],
  ['a suite without forward secrecy', { maxVersion: 'TLSv1.2', ciphers: 'AES128-GCM-SHA256' }],
  ['a suite without authenticated encryption', { maxVersion: 'TLSv1.2', ciphers: 'ECDHE-ECDSA-AES128-SHA256' }],
])('refuses %s', async (_, options) => {
  await start();
  const socket = tls(options);
  const [error] = await once(socket, 'error');
  expect(error.code).toMatch(/^ERR_SSL/);
});

test.each([
  ['TLSv1.3', undefined],
  ['TLSv1.2', 'ECDHE-ECDSA-AES128-GCM-SHA256'],
  ['TLSv1.2', 'ECDHE-ECDSA-CHACHA20-POLY1305'],
])('accepts %s %s', async (version, ciphers) => {
  await start();
  const socket = tls({ maxVersion: version, ...(ciphers && { ciphers }) });
  await once(socket, 'secureConnect');
  expect(socket.getProtocol()).toBe(version);
  socket.destroy();
});

test('plain HTTP is refused with 426, no redirect, and reported once', async () => {
  await start();
  const socket = connectPlain(server.port, '127.0.0.1');
  socket.write('GET /secret?token=abc HTTP/1.1\r\nHost: localhost\r\n\r\n');
  const answer = await text(socket);
  expect(answer).toMatch(/^HTTP\/1\.1 426 /);
  expect(answer).toContain('Connection: close');
  expect(answer).not.toMatch(/location:/i);
  const body = JSON.parse(answer.slice(answer.indexOf('\r\n\r\n')));
  expect(body).toMatchObject({ status: 426, reason: 'transport-insecure' });
  expect(refusals).toEqual([{ reason: 'transport-insecure', status: 426, supportCode: body.supportCode, address: '127.0.0.1' }]);
});

test.each([
  ['no Host', 'GET / HTTP/1.1\r\n\r\n', 400, 'request-malformed'],
  ['a request line that is none', 'GET\r\n\r\n', 400, 'request-malformed'],
  [
    'length and chunks at once',
    'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
    400,
    'request-malformed',
  ],
  ['two lengths', 'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\nabcd', 400, 'request-malformed'],
  ['a folded field', 'GET / HTTP/1.1\r\nHost: a\r\nX: 1\r\n 2\r\n\r\n', 400, 'request-malformed'],
  ['NUL in a field', 'GET / HTTP/1.1\r\nHost: a\r\nX: \0\r\n\r\n', 400, 'request-malformed'],
  ['a bare LF', 'GET / HTTP/1.1\nHost: a\n\n', 400, 'request-malformed'],
  ['CONNECT', 'CONNECT a:1 HTTP/1.1\r\nHost: a:1\r\n\r\n', 400, 'request-malformed'],
  ['a head above the limit', `GET / HTTP/1.1\r\nHost: a\r\nX: ${'x'.repeat(17_000)}\r\n\r\n`, 431, 'header-too-large'],
])('refuses %s before the handler, with a problem document', async (_, bytes, status, reason) => {
  await start();
  const socket = tls();
  socket.write(bytes);
  const answer = await text(socket);
  expect(answer).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
  expect(JSON.parse(answer.slice(answer.indexOf('\r\n\r\n')))).toMatchObject({ status, reason });
  expect(refusals.map((refusal) => refusal.reason)).toEqual([reason]);
});

test('a slow head is ended', async () => {
  await start({ requestTimeout: 300 });
  const socket = tls();
  socket.write('GET / HTTP/1.1\r\nHost: a\r\nX: ');
  expect(await text(socket)).toMatch(/^HTTP\/1\.1 408 /);
  expect(refusals).toMatchObject([{ reason: 'request-timeout' }]);
});

test('a slow body is ended, and the handler learns why', async () => {
  await start({ requestTimeout: 300 });
  const socket = tls();
  socket.write('POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nab');
  expect(await text(socket)).toMatch(/^HTTP\/1\.1 408 /);
  expect(faults).toEqual(['request-timeout']);
  expect(refusals).toEqual([]);
});

test('a slow HTTP/2 body is ended, and the handler learns why', async () => {
  await start({ requestTimeout: 300 });
  const session = connectHttp2(`https://127.0.0.1:${server.port}`, { ca: certificate.authority });
  const stream = session.request({ ':path': '/', ':method': 'POST' });
  stream.write('ab');
  const [head] = await once(stream, 'response');
  expect(head[':status']).toBe(408);
  expect(faults).toEqual(['request-timeout']);
  session.destroy();
});

test('an HTTP/2 upload that is refused half way is told to send no more, and leaves nothing behind that could throw', async () => {
  await start({ requestTimeout: 100 });
  const session = connectHttp2(`https://127.0.0.1:${server.port}`, { ca: certificate.authority });
  const stream = session.request({ ':path': '/', ':method': 'POST' });
  stream.resume().write('x'.repeat(101));
  const [head] = await once(stream, 'response');
  expect(head[':status']).toBe(413);
  await once(stream, 'close');
  expect(stream.rstCode).toBe(constants.NGHTTP2_NO_ERROR);
  session.destroy();
});

test('an HTTP/2 body that comes too late for a handler that has stopped listening hurts nobody', async () => {
  const closed = Promise.withResolvers<void>();
  await start({
    requestTimeout: 100,
    handler: (request, response) => {
      response.on('close', closed.resolve);
      request.once('data', () => request.pause());
      request.on('close', () => response.end('late'));
    },
  });
  const session = connectHttp2(`https://127.0.0.1:${server.port}`, { ca: certificate.authority });
  const stream = session.request({ ':path': '/', ':method': 'POST' });
  stream.resume().write('half');
  await closed.promise;
  session.destroy();
});

/** Answers with 10 MB, or with `size` bytes, as fast as they are taken. */
const pour = (closed: () => void, size = 10_000_000) => ({
  takingTimeout: 300,
  handler: (_: IncomingMessage, response: ServerResponse) => {
    let left = size;
    const more = () => {
      while (left > 0) {
        const chunk = Buffer.alloc(Math.min(left, 65_536));
        left -= chunk.length;
        if (!response.write(chunk)) return;
      }
      response.end();
    };
    response.on('drain', more).on('close', closed);
    more();
  },
});

test('a caller who does not take his answer is cut off', async () => {
  const closed = Promise.withResolvers<void>();
  await start(pour(closed.resolve));
  const socket = tls();
  socket.on('error', () => undefined).pause();
  socket.write('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
  await closed.promise;
  socket.destroy();
});

test.each([10_000_000, 10])('an HTTP/2 stream with a window of zero is cut off (%d bytes)', async (size) => {
  const closed = Promise.withResolvers<void>();
  await start(pour(closed.resolve, size));
  const session = connectHttp2(`https://127.0.0.1:${server.port}`, { ca: certificate.authority, settings: { initialWindowSize: 0 } });
  const stuck = session.request({ ':path': '/' });
  stuck.on('error', () => undefined);
  await Promise.all([closed.promise, once(stuck, 'close')]);
  expect(stuck.rstCode).toBe(constants.NGHTTP2_CANCEL);
  session.destroy();
});

test('a slow reader who goes on reading gets everything', async () => {
  const closed = Promise.withResolvers<void>();
  await start(pour(closed.resolve, 3_000_000));
  const session = connectHttp2(`https://127.0.0.1:${server.port}`, { ca: certificate.authority });
  const stream = session.request({ ':path': '/' });
  let received = 0;
  // Takes some of it now and then, for longer in all than a caller may stand still.
  const timer = setInterval(() => {
    for (let count = 0; count < 5; count++) received += (stream.read() as Buffer | null)?.length ?? 0;
  }, 20);
  await once(stream, 'end');
  clearInterval(timer);
  expect(received).toBe(3_000_000);
  session.destroy();
});

test('a body with broken chunks is ended, and the handler learns why', async () => {
  await start();
  const socket = tls();
  socket.write('POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n');
  expect(await text(socket)).toMatch(/^HTTP\/1\.1 400 /);
  expect(faults).toEqual(['request-malformed']);
});

test('a body above the limit is refused whether announced or not', async () => {
  await start();
  for (const framing of [
    `Content-Length: 101\r\n\r\n${'x'.repeat(101)}`,
    `Transfer-Encoding: chunked\r\n\r\n65\r\n${'x'.repeat(101)}\r\n0\r\n\r\n`,
  ]) {
    const socket = tls();
    socket.write(`POST / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n${framing}`);
    expect(await text(socket)).toMatch(/^HTTP\/1\.1 413 /);
  }
  expect(faults).toEqual(['body-too-large', 'body-too-large']);
});

test('close lets a running request end, and closes idle connections', async () => {
  let release = () => {};
  const arrived = Promise.withResolvers<void>();
  await start({
    handler: (_, response) => {
      arrived.resolve();
      release = () => response.end('late');
    },
  });
  const idle = tls();
  await once(idle, 'secureConnect');
  const answer = get();
  await arrived.promise;
  const closed = server.close();
  release();
  expect(await answer).toEqual({ status: 200, body: 'late' });
  idle.destroy();
  await closed;
  server = await start();
});

test('another certificate is served from the next handshake on', async () => {
  await start();
  const other = createTestCertificate();
  server.setCertificate(other.certificate, other.key);
  await expect(get()).rejects.toThrow();
  expect(await get({ ca: other.authority })).toMatchObject({ status: 200 });
});

test('a port in use is an error at start', async () => {
  await start();
  await expect(
    serveTls({
      host: '127.0.0.1',
      port: server.port,
      ...certificate,
      http2: true,
      headerBytes: 16_384,
      requestTimeout: 1000,
      handler: () => {},
    }),
  ).rejects.toThrow(/EADDRINUSE/);
});
