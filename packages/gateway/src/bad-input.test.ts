import { once } from 'node:events';
import { connect as connectHttp2 } from 'node:http2';
import { connect as connectPlain, type Socket } from 'node:net';
import { connect, type TLSSocket } from 'node:tls';
import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { openStage, type Stage } from './testing/stage.ts';

let stage: Stage;
let host: string;
beforeAll(async () => {
  stage = await openStage();
  host = `localhost:${stage.port}`;
});
afterAll(() => stage.close());
beforeEach(() => {
  stage.upstream.received.length = 0;
  stage.lines.length = 0;
});

async function everything(socket: Socket | TLSSocket): Promise<string> {
  let all = '';
  socket.on('error', () => undefined);
  socket.setEncoding('latin1').on('data', (chunk: string) => {
    all += chunk;
  });
  await once(socket, 'close');
  return all;
}

/** Sends bytes as they are, and reads until the gateway or the end closes. */
function raw(bytes: string): Promise<string> {
  const socket = connect({ port: stage.port, host: '127.0.0.1', servername: 'localhost', ca: stage.authority });
  socket.write(bytes, 'latin1');
  return everything(socket);
}

const get = (line: string, fields = '') => `${line}\r\nHost: ${host}\r\n${fields}Connection: close\r\n\r\n`;

test.each<[string, () => string, number, string]>([
  ['no Host', () => 'GET /public/a HTTP/1.1\r\nConnection: close\r\n\r\n', 400, 'request-malformed'],
  ['two Host', () => get('GET /public/a HTTP/1.1', `Host: ${host}\r\n`), 400, 'request-malformed'],
  ['a Host that is not ours', () => 'GET /public/a HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n', 421, 'host-unknown'],
  ['a Host with a user', () => `GET /public/a HTTP/1.1\r\nHost: a@${host}\r\nConnection: close\r\n\r\n`, 421, 'host-unknown'],
  [
    'a Host with a dot at the end',
    () => `GET /public/a HTTP/1.1\r\nHost: localhost.:${stage.port}\r\nConnection: close\r\n\r\n`,
    421,
    'host-unknown',
  ],
  ['absolute form', () => get(`GET https://${host}/public/a HTTP/1.1`), 400, 'request-malformed'],
  ['absolute form with a user', () => get(`GET https://a@${host}/public/a HTTP/1.1`), 400, 'request-malformed'],
  ['asterisk form', () => get('OPTIONS * HTTP/1.1'), 400, 'request-malformed'],
  ['authority form', () => get(`CONNECT ${host} HTTP/1.1`), 400, 'request-malformed'],
  ['a dot segment', () => get('GET /public/../admin HTTP/1.1'), 400, 'request-malformed'],
  ['an encoded dot segment', () => get('GET /public/%2e%2e/admin HTTP/1.1'), 400, 'request-malformed'],
  ['an encoded slash', () => get('GET /public/%2Fadmin HTTP/1.1'), 400, 'request-malformed'],
  ['a backslash', () => get('GET /public/\\..\\admin HTTP/1.1'), 400, 'request-malformed'],
  ['a double slash', () => get('GET //public/a HTTP/1.1'), 400, 'request-malformed'],
  ['a NUL', () => get('GET /public/%00 HTTP/1.1'), 400, 'request-malformed'],
  ['bytes that are not ASCII', () => get('GET /public/\xc3\xa9 HTTP/1.1'), 400, 'request-malformed'],
  ['a fragment', () => get('GET /public/a#b HTTP/1.1'), 400, 'request-malformed'],
  ['an upgrade', () => get('GET /public/a HTTP/1.1', 'Upgrade: websocket\r\n'), 400, 'request-malformed'],
  ['an unknown expectation', () => get('GET /public/a HTTP/1.1', 'Expect: 200-maybe\r\n'), 400, 'request-malformed'],
  ['GET with a body', () => get('GET /public/a HTTP/1.1', 'Content-Length: 3\r\n').concat('abc'), 400, 'request-malformed'],
  ['a length that is none', () => get('POST /public/upload HTTP/1.1', 'Content-Length: -1\r\n'), 400, 'request-malformed'],
  ['a length with a sign', () => get('POST /public/upload HTTP/1.1', 'Content-Length: +3\r\n').concat('abc'), 400, 'request-malformed'],
  [
    'two lengths',
    () => get('POST /public/upload HTTP/1.1', 'Content-Length: 3\r\nContent-Length: 3\r\n').concat('abc'),
    400,
    'request-malformed',
  ],
  [
    'length and chunks',
    () => get('POST /public/upload HTTP/1.1', 'Content-Length: 3\r\nTransfer-Encoding: chunked\r\n').concat('0\r\n\r\n'),
    400,
    'request-malformed',
  ],
  [
    'an unknown coding',
    () => get('POST /public/upload HTTP/1.1', 'Transfer-Encoding: xchunked\r\n').concat('0\r\n\r\n'),
    400,
    'request-malformed',
  ],
  [
    'two codings',
    () => get('POST /public/upload HTTP/1.1', 'Transfer-Encoding: gzip, chunked\r\n').concat('0\r\n\r\n'),
    400,
    'request-malformed',
  ],
  [
    'two chunked',
    () => get('POST /public/upload HTTP/1.1', 'Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n').concat('0\r\n\r\n'),
    400,
    'request-malformed',
  ],
  [
    'chunks over HTTP/1.0',
    () => get('POST /public/upload HTTP/1.0', 'Transfer-Encoding: chunked\r\n').concat('0\r\n\r\n'),
    400,
    'request-malformed',
  ],
  ['a space before the colon', () => get('POST /public/upload HTTP/1.1', 'Content-Length : 3\r\n').concat('abc'), 400, 'request-malformed'],
  ['a folded field', () => get('GET /public/a HTTP/1.1', 'X: 1\r\n 2\r\n'), 400, 'request-malformed'],
  ['a field without a name', () => get('GET /public/a HTTP/1.1', ': 1\r\n'), 400, 'request-malformed'],
  ['a bare CR', () => get('GET /public/a HTTP/1.1', 'X: a\rY: b\r\n'), 400, 'request-malformed'],
  ['an unknown version', () => get('GET /public/a HTTP/3.7'), 400, 'request-malformed'],
  ['an unknown method', () => get('BREW /public/a HTTP/1.1'), 400, 'request-malformed'],
  ['a head above the limit', () => get('GET /public/a HTTP/1.1', `X: ${'x'.repeat(20_000)}\r\n`), 431, 'header-too-large'],
  ['a target above the limit', () => get(`GET /public/${'a'.repeat(9000)} HTTP/1.1`), 400, 'request-malformed'],
  ['a token above the limit', () => get('GET /orders HTTP/1.1', `Authorization: DPoP ${'a'.repeat(12_000)}\r\n`), 401, 'token-malformed'],
  ['the preface of HTTP/2 in plain', () => 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', 400, 'request-malformed'],
])('%s: the right status, a problem document, one line, and nothing upstream', async (_, bytes, status, reason) => {
  const answer = await raw(bytes());
  expect(answer).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
  const body = JSON.parse(answer.slice(answer.indexOf('\r\n\r\n')));
  expect(body).toMatchObject({ status, reason });
  expect(await stage.written(1)).toMatchObject([{ event: 'access', status, reason, supportCode: body.supportCode }]);
  expect(stage.upstream.received).toEqual([]);
});

test('plain HTTP has one line too', async () => {
  const socket = connectPlain(stage.port, '127.0.0.1');
  socket.write('GET /orders HTTP/1.1\r\nAuthorization: DPoP canary\r\n\r\n');
  expect(await everything(socket)).toMatch(/^HTTP\/1\.1 426 /);
  expect(await stage.written(1)).toMatchObject([
    { event: 'access', outcome: 'refused', status: 426, reason: 'transport-insecure', address: '127.0.0.1' },
  ]);
  expect(JSON.stringify(stage.lines)).not.toContain('canary');
});

test('what follows a refused body is never read as a request', async () => {
  const smuggled = 'GET /public/smuggled HTTP/1.1\r\nHost: x\r\n\r\n';
  for (const fields of [
    `Content-Length: ${smuggled.length}\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n${smuggled}`,
    `Content-Length: 0\r\nContent-Length: ${smuggled.length}\r\n\r\n${smuggled}`,
    `Transfer-Encoding: chunked\r\n\r\n0\r\nX: 1\r\n\r\n`.concat(''),
    `Transfer-Encoding:\x0bchunked\r\n\r\n0\r\n\r\n${smuggled}`,
    `Content-Length: 5\r\nConnection: close\r\n\r\nhello${smuggled}`,
  ]) {
    await raw(`POST /public/upload HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n${fields}`);
  }
  expect(stage.upstream.received.filter(({ url }) => url.includes('smuggled'))).toEqual([]);
});

test('broken chunks in the middle of an upload: 400, one line, and the upstream sees a broken request', async () => {
  const answer = await raw(`POST /public/upload HTTP/1.1\r\nHost: ${host}\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\nzz\r\n`);
  expect(answer).toMatch(/^HTTP\/1\.1 400 /);
  expect(await stage.written(1)).toMatchObject([{ status: 400, reason: 'request-malformed', outcome: 'refused' }]);
  expect(stage.lines).toHaveLength(1);
});

test('bytes after a whole request that are no request: the first keeps its answer, the rest is refused with a line of its own', async () => {
  const release = Promise.withResolvers<void>();
  const answer = stage.upstream.answer;
  stage.upstream.answer = (_, response) => void release.promise.then(() => response.end('first'));
  const answered = raw(`GET /public/a HTTP/1.1\r\nHost: ${host}\r\n\r\nnonsense\r\n\r\n`);
  await stage.written(1);
  release.resolve();
  const text = await answered;
  expect(text).toMatch(/^HTTP\/1\.1 200 .*first/s);
  expect(await stage.written(2)).toMatchObject([
    { status: 400, reason: 'request-malformed', guard: 'serve-tls' },
    { status: 200, outcome: 'answered', route: '/public/**' },
  ]);
  expect(stage.lines).toHaveLength(2);
  stage.upstream.answer = answer;
});

test('a slow head and a slow body are ended in time, and say so', async () => {
  const limits = { headerBytes: 16_384, bodyBytes: 1000, requestTimeout: 300, upstreamTimeout: 5000 };
  const own = await openStage({ limits });
  const send = (bytes: string) => {
    const socket = connect({ port: own.port, host: '127.0.0.1', servername: 'localhost', ca: own.authority });
    socket.write(bytes);
    return everything(socket);
  };
  const [head, body] = await Promise.all([
    send(`GET /public/a HTTP/1.1\r\nHost: localhost:${own.port}\r\nX: `),
    send(`POST /public/upload HTTP/1.1\r\nHost: localhost:${own.port}\r\nContent-Length: 9\r\n\r\nabc`),
  ]);
  expect(head).toMatch(/^HTTP\/1\.1 408 /);
  expect(body).toMatch(/^HTTP\/1\.1 408 /);
  await own.written(2);
  expect(own.lines).toMatchObject([
    { status: 408, reason: 'request-timeout' },
    { status: 408, reason: 'request-timeout' },
  ]);
  await own.close();
});

test.each<[string, Record<string, string | string[]>, number | string]>([
  ['another authority', { ':authority': 'evil.example' }, 421],
  ['an authority with a user', { ':authority': 'a@localhost' }, 'ERR_HTTP2_STREAM_ERROR'],
  ['a Host that disagrees', { host: 'evil.example' }, 400],
  ['a path that is none', { ':path': 'public/a' }, 'ERR_HTTP2_STREAM_ERROR'],
  ['a dot segment', { ':path': '/public/../admin' }, 400],
  ['an asterisk', { ':path': '*', ':method': 'OPTIONS' }, 400],
  ['TRACE', { ':method': 'TRACE' }, 405],
  ['a method made up', { ':method': 'BREW' }, 405],
  ['many fields', Object.fromEntries(Array.from({ length: 300 }, (_, index) => [`x-${index}`, 'a'])), 'ERR_HTTP2_STREAM_ERROR'],
  ['a head above the limit', { x: 'x'.repeat(60_000) }, 431],
])('HTTP/2 with %s goes nowhere', async (_, fields, expected) => {
  const session = connectHttp2(`https://127.0.0.1:${stage.port}`, { ca: stage.authority, servername: 'localhost' });
  session.on('error', () => undefined);
  const stream = session.request({ ':path': '/public/a', ':authority': host, ...fields });
  const outcome = await new Promise((resolve) => {
    stream.on('response', (head) => resolve(head[':status']));
    stream.on('error', (error: NodeJS.ErrnoException) => resolve(error.code));
  });
  expect(outcome).toBe(expected);
  stream.resume();
  // What node itself finds malformed ends with a stream error and never becomes a request.
  if (typeof expected === 'number') expect(await stage.written(1)).toMatchObject([{ status: expected, http: '2.0', outcome: 'refused' }]);
  expect(stage.upstream.received).toEqual([]);
  session.destroy();
});

test('HTTP/2 CONNECT is refused', async () => {
  const session = connectHttp2(`https://127.0.0.1:${stage.port}`, { ca: stage.authority, servername: 'localhost' });
  const stream = session.request({ ':method': 'CONNECT', ':authority': host });
  const [head] = await once(stream, 'response');
  expect(head[':status']).toBe(400);
  expect(await stage.written(1)).toMatchObject([{ reason: 'request-malformed' }]);
  session.destroy();
});

test('names from the prototype are names like any other', async () => {
  for (const name of ['__proto__', 'constructor', 'prototype']) {
    const { status } = await stage.send(`/public/a?${name}=1`, { headers: Object.fromEntries([[name, 'x']]) });
    expect(status).toBe(200);
  }
  expect(stage.upstream.received.map(({ rawHeaders }) => rawHeaders.includes('x'))).toEqual([true, true, true]);
});

test('property: whatever path is accepted, the upstream gets it byte for byte, and only below what is public', async () => {
  const piece = fc.constantFrom(
    '/',
    '.',
    '..',
    '%2e',
    '%2f',
    '%5C',
    '%25',
    '%C3%A9',
    ';',
    'a',
    'A',
    '\\',
    '?',
    '%00',
    '@',
    ':',
    'admin',
    'orders',
    '~',
  );
  await fc.assert(
    fc.asyncProperty(fc.array(piece, { maxLength: 8 }), fc.constantFrom('/public/', '/', '/public'), async (pieces, start) => {
      stage.upstream.received.length = 0;
      const target = start + pieces.join('');
      const answer = await raw(get(`GET ${target} HTTP/1.1`));
      const received = stage.upstream.received.map(({ url }) => url);
      if (answer.startsWith('HTTP/1.1 200 ')) {
        expect(received).toEqual([target]);
        expect(target).toMatch(/^\/public(?:\/|\?|$)/);
        expect(new URL(target, 'https://a.example').pathname).toMatch(/^\/public(?:\/|$)/);
      } else expect(received).toEqual([]);
    }),
    { numRuns: 200 },
  );
});
