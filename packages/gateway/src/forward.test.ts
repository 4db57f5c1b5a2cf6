import { once } from 'node:events';
import { createServer as createHttpServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { connect as connectHttp2 } from 'node:http2';
import { request as httpsRequest } from 'node:https';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { proofOf } from './testing/issuer.ts';
import { openStage, type Stage } from './testing/stage.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await openStage();
});
afterAll(() => stage.close());
beforeEach(() => {
  stage.upstream.received.length = 0;
  stage.lines.length = 0;
  stage.upstream.answer = (_, response, { method, url, body }) => response.end(`${method} ${url} ${body}`);
});

const target = (of: Stage, path: string, method = 'GET') => ({
  host: '127.0.0.1',
  port: of.port,
  path,
  method,
  ca: of.authority,
  servername: 'localhost',
  agent: false as const,
  headers: { Host: `localhost:${of.port}` },
});
const line = async (of: Stage) => (await of.written(1))[0];

test('statuses, fields and bodies of the upstream come through as they are', async () => {
  for (const [status, body] of [
    [200, 'ok'],
    [201, '{"id":1}'],
    [204, ''],
    [301, 'moved'],
    [304, ''],
    [400, 'bad'],
    [404, 'none'],
    [422, '{"error":"x"}'],
  ] as const) {
    stage.upstream.answer = (_, response) => response.writeHead(status, { 'X-Kept': 'yes', 'Content-Type': 'text/x' }).end(body);
    const called = await stage.send('/public/a');
    expect(called).toMatchObject({ status, text: body, headers: { 'x-kept': 'yes', 'content-type': 'text/x' } });
  }
});

test('a redirect to the upstream leads to the gateway, any other stays', async () => {
  const location = async (value: string) => {
    stage.upstream.answer = (_, response) => response.writeHead(302, { Location: value }).end();
    return (await stage.send('/public/a')).headers.location;
  };
  expect(await location(`${stage.upstream.url}/b?c`)).toBe(`${stage.url}/b?c`);
  expect(await location(`${stage.upstream.url}.evil.example/`)).toBe(`${stage.upstream.url}.evil.example/`);
  expect(await location('/b')).toBe('/b');
});

test('an error of the upstream keeps its status and loses its body', async () => {
  stage.upstream.answer = (_, response) =>
    response.writeHead(503, { 'Retry-After': '7', 'X-Trace': 'at db.js:1' }).end('Error: at db.js:1');
  const called = await stage.send('/public/a');
  expect(called).toMatchObject({ status: 503, reason: 'upstream-error', headers: { 'retry-after': '7' } });
  expect(JSON.parse(called.text)).toMatchObject({ status: 503, supportCode: called.headers['x-correlation-id'] });
  expect(JSON.stringify(called)).not.toContain('db.js');
  expect(await line(stage)).toMatchObject({ outcome: 'answered', status: 503, reason: 'upstream-error' });
});

test('an endless error of the upstream is cut, and the caller has its answer at once', async () => {
  const closed = Promise.withResolvers<void>();
  stage.upstream.answer = (_, response) => {
    response.writeHead(500);
    const pour = () => {
      while (!response.destroyed && response.write('x'.repeat(16_384)));
    };
    response.on('drain', pour).on('close', closed.resolve);
    pour();
  };
  expect(await stage.send('/public/a')).toMatchObject({ status: 500, reason: 'upstream-error' });
  await closed.promise;
});

test('HEAD has the fields of GET and no body, errors included', async () => {
  stage.upstream.answer = (_, response) => response.writeHead(200, { 'Content-Length': '5' }).end();
  expect(await stage.call('/orders', { method: 'HEAD' })).toMatchObject({ status: 200, text: '', headers: { 'content-length': '5' } });
  stage.upstream.answer = (_, response) => response.writeHead(500).end();
  expect(await stage.call('/orders', { method: 'HEAD' })).toMatchObject({ status: 500, text: '' });
  expect(await stage.call('/nowhere', { method: 'HEAD' })).toMatchObject({ status: 404, text: '' });
});

test('bodies go up byte for byte, with a length and without', async () => {
  const body = Buffer.from(Array.from({ length: 70_000 }, (_, index) => index & 255));
  stage.upstream.answer = (_, response, { body: received }) => response.end(received, 'latin1');
  await stage.send('/public/upload', { method: 'POST', body, headers: { 'Content-Length': '70000' } });
  await stage.send('/public/upload', { method: 'POST', body, headers: { 'Transfer-Encoding': 'chunked' } });
  for (const { body: received } of stage.upstream.received) expect(Buffer.from(received, 'latin1').equals(body)).toBe(true);
  expect(stage.upstream.received.map(({ headers }) => headers['content-length'])).toEqual(['70000', undefined]);
});

test('a body above the limit is refused: announced, nothing goes up; unannounced, it is cut off', async () => {
  const body = Buffer.alloc(100_001);
  const announced = await stage.send('/public/upload', { method: 'POST', body, headers: { 'Content-Length': '100001' } });
  expect(announced).toMatchObject({ status: 413, reason: 'body-too-large' });
  expect(stage.upstream.received).toEqual([]);
  const chunked = await stage.send('/public/upload', { method: 'POST', body, headers: { 'Transfer-Encoding': 'chunked' } });
  expect(chunked).toMatchObject({ status: 413, reason: 'body-too-large' });
  expect((await stage.written(2)).map(({ reason, guard }) => [reason, guard])).toEqual([
    ['body-too-large', 'size-limit'],
    ['body-too-large', 'forward'],
  ]);
});

test('a slow reader slows the upstream down, and gets every byte', async () => {
  const total = 50_000_000;
  let written = 0;
  stage.upstream.answer = (_, response) => {
    const pour = () => {
      while (written < total) {
        written += 100_000;
        if (!response.write(Buffer.alloc(100_000))) return;
      }
      response.end();
    };
    response.on('drain', pour);
    pour();
  };
  const request = httpsRequest(target(stage, '/public/a')).end();
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  // Not reading: what is under way fills the buffers of two connections and no more.
  let before = -1;
  while (before !== written) {
    before = written;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  expect(written).toBeLessThan(total / 2);
  let received = 0;
  response.on('data', (chunk: Buffer) => {
    received += chunk.length;
  });
  await once(response, 'end');
  expect(received).toBe(total);
});

test('a caller who goes away ends the work of the upstream; one line says so', async () => {
  const arrived = Promise.withResolvers<void>();
  const ended = Promise.withResolvers<void>();
  stage.upstream.answer = (_, response) => {
    response.on('close', ended.resolve);
    arrived.resolve();
  };
  const request = httpsRequest(target(stage, '/public/a')).on('error', () => undefined);
  request.end();
  await arrived.promise;
  request.destroy();
  await ended.promise;
  expect(await line(stage)).toMatchObject({ outcome: 'client-gone', status: 0 });
  expect(stage.lines).toHaveLength(1);
});

test('a caller who goes away in the middle of an upload ends it for the upstream too', async () => {
  const request = httpsRequest(target(stage, '/public/upload', 'POST')).on('error', () => undefined);
  request.write('half');
  while (stage.upstream.received[0]?.body !== 'half') await new Promise((resolve) => setImmediate(resolve));
  request.destroy();
  expect(await line(stage)).toMatchObject({ outcome: 'client-gone', status: 0 });
});

test('an upstream that breaks off in the middle: the caller sees that the answer is not whole', async () => {
  for (const head of [{ 'Content-Length': '100' }, {}]) {
    stage.lines.length = 0;
    stage.upstream.answer = (_, response) => {
      response.writeHead(200, head);
      response.write('half', () => response.destroy());
    };
    await expect(stage.send('/public/a')).rejects.toThrow();
    expect(await line(stage)).toMatchObject({ outcome: 'upstream-cut', status: 200, reason: 'upstream-failed' });
  }
  const session = connectHttp2(`https://127.0.0.1:${stage.port}`, { ca: stage.authority, servername: 'localhost' });
  const stream = session.request({ ':path': '/public/a', ':authority': `localhost:${stage.port}` });
  stream.resume();
  const [error] = await once(stream, 'error');
  expect(error.code).toBe('ERR_HTTP2_STREAM_ERROR');
  session.destroy();
});

/** A backend that says whatever bytes it likes. */
async function rawUpstream(onSocket: (socket: Socket) => void) {
  let connections = 0;
  const server = createServer((socket) => {
    connections++;
    socket.on('error', () => undefined);
    onSocket(socket);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, close: () => server.close(), connections: () => connections };
}

test.each([
  ['nonsense', 'this is not HTTP\r\n\r\n'],
  ['a status that is none', 'HTTP/1.1 abc OK\r\n\r\n'],
  ['length and chunks at once', 'HTTP/1.1 200 OK\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n'],
  ['two lengths', 'HTTP/1.1 200 OK\r\nContent-Length: 3\r\nContent-Length: 5\r\n\r\nabcde'],
  ['an upgrade nobody asked for', 'HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: upgrade\r\n\r\n'],
  ['a head without end', `HTTP/1.1 200 OK\r\nX: ${'x'.repeat(100_000)}\r\n\r\n`],
  ['nothing', ''],
])('an upstream that answers %s is a 502, and is asked once', async (_, bytes) => {
  const upstream = await rawUpstream((socket) => socket.once('data', () => socket.end(bytes)));
  const own = await openStage({ upstream: upstream.url });
  expect(await own.send('/public/a')).toMatchObject({ status: 502, reason: 'upstream-failed' });
  expect(await own.written(1)).toMatchObject([{ status: 502, reason: 'upstream-failed', guard: 'forward' }]);
  expect(upstream.connections()).toBe(1);
  await own.close();
  upstream.close();
});

test('an answer nobody asked for on an idle connection is never given to the next caller', async () => {
  const upstream = await rawUpstream((socket) =>
    socket.on('data', () => {
      socket.write('HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nfirst');
      setImmediate(() => socket.write('HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\npoison'));
    }),
  );
  const own = await openStage({ upstream: upstream.url });
  for (let round = 0; round < 5; round++) {
    const { text } = await own.send('/public/a');
    expect(text).not.toContain('poison');
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  await own.close();
  upstream.close();
});

/** One request over HTTP/2, and what came back. */
async function overHttp2(stage: Stage, fields: Record<string, string>, body?: string) {
  const session = connectHttp2(`https://127.0.0.1:${stage.port}`, { ca: stage.authority, servername: 'localhost' });
  const stream = session.request({ ':path': '/public/a', ':authority': `localhost:${stage.port}`, ...fields });
  stream.end(body);
  const [head] = await once(stream, 'response');
  stream.resume();
  await once(stream, 'close');
  session.destroy();
  return head;
}

test('of a field that may come once only, the first is passed on: HTTP/2 could not carry two', async () => {
  const head = 'HTTP/1.1 200 OK\r\nETag: "a"\r\nETag: "b"\r\nContent-Type: text/plain\r\nContent-Type: text/html\r\nVary: a\r\nVary: b\r\n';
  const upstream = await rawUpstream((socket) => socket.on('data', () => socket.write(`${head}Content-Length: 2\r\n\r\nok`)));
  const own = await openStage({ upstream: upstream.url });
  expect(await own.send('/public/a')).toMatchObject({ headers: { etag: '"a"', 'content-type': 'text/plain', vary: 'a, b' }, text: 'ok' });
  const token = own.issuer.token();
  for (let round = 0; round < 2; round++) {
    const proof = await proofOf(own.device, { method: 'POST', url: `${own.url}/orders`, token, nonce: await own.nonce() });
    const fields = { ':method': 'POST', ':path': '/orders', authorization: `DPoP ${token}`, dpop: proof, 'idempotency-key': 'k' };
    expect(await overHttp2(own, fields, 'x')).toMatchObject({ ':status': 200, etag: '"a"' });
  }
  await own.close();
  upstream.close();
});

test.each(['099', '600', '999'])('a status of %s is none: 502', async (status) => {
  const upstream = await rawUpstream((socket) =>
    socket.on('data', () => socket.write(`HTTP/1.1 ${status} X\r\nContent-Length: 2\r\n\r\nok`)),
  );
  const own = await openStage({ upstream: upstream.url });
  expect(await own.send('/public/a')).toMatchObject({ status: 502, reason: 'upstream-failed' });
  expect(await overHttp2(own, {})).toMatchObject({ ':status': 502 });
  expect((await own.written(2)).map(({ reason }) => reason)).toEqual(['upstream-failed', 'upstream-failed']);
  await own.close();
  upstream.close();
});

test('an answer without content announces none, whatever the upstream says', async () => {
  const upstream = await rawUpstream((socket) => socket.on('data', () => socket.write('HTTP/1.1 204 X\r\nContent-Length: 2\r\n\r\n')));
  const own = await openStage({ upstream: upstream.url });
  const { status, headers } = await own.send('/public/a');
  expect([status, headers['content-length']]).toEqual([204, undefined]);
  expect(await overHttp2(own, {})).toMatchObject({ ':status': 204 });
  await own.close();
  upstream.close();
});

test('interim answers are passed over', async () => {
  const upstream = await rawUpstream((socket) =>
    socket.once('data', () => socket.end('HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok')),
  );
  const own = await openStage({ upstream: upstream.url });
  expect(await own.send('/public/a')).toMatchObject({ status: 200, text: 'ok' });
  await own.close();
  upstream.close();
});

test('an upstream that is down is a 502 that says so, with and without a body', async () => {
  const own = await openStage({ upstream: 'http://127.0.0.1:1' });
  expect(await own.send('/public/a')).toMatchObject({ status: 502, reason: 'upstream-unreachable' });
  const body = Buffer.alloc(90_000);
  expect(await own.send('/public/upload', { method: 'POST', body })).toMatchObject({ status: 502, reason: 'upstream-unreachable' });
  expect((await own.written(2)).map(({ reason }) => reason)).toEqual(['upstream-unreachable', 'upstream-unreachable']);
  await own.close();
});

test('an upstream that does not begin, or does not go on, in time', async () => {
  const limits = { headerBytes: 16_384, bodyBytes: 1000, requestTimeout: 30_000, upstreamTimeout: 200 };
  const own = await openStage({ limits });
  own.upstream.answer = () => undefined;
  expect(await own.send('/public/a')).toMatchObject({ status: 504, reason: 'upstream-timeout' });
  own.upstream.answer = (_, response) => void response.write('half');
  await expect(own.send('/public/a')).rejects.toThrow();
  expect(await own.written(2)).toMatchObject([
    { status: 504, reason: 'upstream-timeout', outcome: 'refused' },
    { reason: 'upstream-timeout', outcome: 'upstream-cut' },
  ]);
  expect(own.upstream.received).toHaveLength(2);
  await own.close();
});

test('HTTP/2: the whole way, with bodies, several set-cookie, and refusals before the body has arrived', async () => {
  stage.upstream.answer = (_, response, { body }) => response.writeHead(200, { 'Set-Cookie': ['a=1', 'b=2'] }).end(body);
  const session = connectHttp2(`https://127.0.0.1:${stage.port}`, { ca: stage.authority, servername: 'localhost' });
  const authority = `localhost:${stage.port}`;
  const upload = session.request({ ':path': '/public/upload', ':method': 'POST', ':authority': authority });
  upload.end(Buffer.alloc(80_000, 'x'));
  const [head] = await once(upload, 'response');
  expect(head).toMatchObject({ ':status': 200, 'set-cookie': ['a=1', 'b=2'] });
  let text = '';
  upload.setEncoding('utf8').on('data', (chunk) => {
    text += chunk;
  });
  await once(upload, 'end');
  expect(text).toBe('x'.repeat(80_000));

  const refused = session.request({ ':path': '/nowhere', ':method': 'POST', ':authority': authority });
  refused.on('error', () => undefined);
  refused.write('never ends');
  const [refusal] = await once(refused, 'response');
  expect(refusal[':status']).toBe(404);
  let problem = '';
  refused.setEncoding('utf8').on('data', (chunk) => {
    problem += chunk;
  });
  await once(refused, 'close');
  expect(JSON.parse(problem).reason).toBe('route-unlisted');
  session.close();
  await once(session, 'close');
  expect((await stage.written(2)).map(({ http, outcome }) => [http, outcome])).toEqual([
    ['2.0', 'answered'],
    ['2.0', 'refused'],
  ]);
});

test('close lets a running request end', async () => {
  const own = await openStage();
  const arrived = Promise.withResolvers<ServerResponse>();
  own.upstream.answer = (_, response) => arrived.resolve(response);
  const answer = own.send('/public/a');
  const response = await arrived.promise;
  const closed = own.gateway.close();
  response.end('late');
  expect(await answer).toMatchObject({ status: 200, text: 'late' });
  await closed;
  await own.close();
});

test('an upstream with a path of its own, and over HTTP/1.0 style closing', async () => {
  const backend = createHttpServer((request, response) => response.writeHead(200, { Connection: 'close' }).end(request.url));
  backend.listen(0, '127.0.0.1');
  await once(backend, 'listening');
  const own = await openStage({ upstream: `http://127.0.0.1:${(backend.address() as AddressInfo).port}/base/` });
  expect(await own.send('/public/a?b')).toMatchObject({ status: 200, text: '/base/public/a?b' });
  await own.close();
  backend.close();
});
