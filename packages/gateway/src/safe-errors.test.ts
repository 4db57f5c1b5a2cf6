import { once } from 'node:events';
import { connect as connectHttp2 } from 'node:http2';
import { request as httpsRequest } from 'node:https';
import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from 'node:zlib';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { MAX_HELD } from './held-error.ts';
import { openStage, type Stage } from './testing/stage.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await openStage();
  await stage.nonce();
});
afterAll(() => stage.close());
beforeEach(() => {
  stage.upstream.received.length = 0;
  stage.lines.length = 0;
});

const TRACE = 'TypeError: x is not a function\n    at handler (/srv/shop/orders.js:3:7)';

/** The upstream answers with this from now on. */
function answer(status: number, body: string | Buffer, fields: Record<string, string> = {}): void {
  stage.upstream.answer = (_, response) => response.writeHead(status, { 'Content-Type': 'application/json', ...fields }).end(body);
}

test.each([
  ['JSON', { title: 'no such order', stack: TRACE }],
  ['a wrong id in SQL', { message: 'near "x": syntax error' }],
  ['a module of the backend', { message: "Cannot find module '/srv/shop/node_modules/orders/index.js'" }],
])('a 4xx that shows internals (%s) keeps its status and loses its body', async (_, body) => {
  answer(404, JSON.stringify(body), { 'X-Trace': 'orders.js', ETag: '"1"' });
  const called = await stage.send('/public/a');
  expect(called).toMatchObject({ status: 404, reason: 'upstream-error' });
  expect(JSON.parse(called.text)).toMatchObject({ status: 404, supportCode: called.headers['x-correlation-id'] });
  expect(JSON.stringify(called)).not.toMatch(/orders\.js|syntax|node_modules|etag/);
  const [line] = await stage.written(1);
  expect(line).toMatchObject({ outcome: 'answered', status: 404, reason: 'upstream-error', guard: 'forward' });
  expect(line?.detail).toMatch(/^the body of the upstream's 404 shows an? /);
  expect(JSON.stringify(line)).not.toMatch(/orders\.js|syntax|node_modules/);
});

test('what a caller must act on stays: when to retry, how to sign in, which methods there are', async () => {
  answer(401, TRACE, { 'Retry-After': '3', 'WWW-Authenticate': 'Basic realm="x"', Allow: 'GET', 'Set-Cookie': 'debug=1' });
  const { headers } = await stage.send('/public/a');
  expect(headers).toMatchObject({ 'retry-after': '3', 'www-authenticate': 'Basic realm="x"', allow: 'GET' });
  expect(headers).not.toHaveProperty('set-cookie');
});

test.each([
  ['nothing', ''],
  ['an empty object', '{}'],
  ['a validation error', '{"errors":[{"path":"/items/0/count","message":"must be a number; got \\"at home\\""}]}'],
  ['the path that was asked for', 'Cannot GET /public/opt/shop/orders.html'],
  ['bytes that are no text', Buffer.from([0, 255, 128, 10, 13, 0, 1])],
  ['as much as is held', 'x'.repeat(MAX_HELD)],
])('a 4xx with %s comes through byte for byte, fields and all', async (_, body) => {
  answer(422, body, { 'X-Kept': 'yes', 'Content-Type': 'text/x', ETag: '"1"' });
  const called = await stage.send('/public/opt/shop/orders.html');
  expect(called).toMatchObject({ status: 422, text: body.toString('utf8'), headers: { 'x-kept': 'yes', 'content-type': 'text/x' } });
  expect(called.headers.etag).toBe('"1"');
});

test('2xx and 3xx are user data, where any text may stand', async () => {
  answer(200, TRACE);
  expect(await stage.send('/public/a')).toMatchObject({ status: 200, text: TRACE });
  answer(302, TRACE);
  expect(await stage.send('/public/a')).toMatchObject({ status: 302, text: TRACE });
});

test.each([
  ['gzip', gzipSync],
  ['x-gzip', gzipSync],
  ['br', brotliCompressSync],
  ['deflate', deflateSync],
  ['deflate', deflateRawSync],
  ['identity', (text: string) => Buffer.from(text)],
] as const)('%s is looked into', async (coding, encode) => {
  answer(400, encode(TRACE), { 'Content-Encoding': coding });
  const called = await stage.send('/public/a');
  expect(called).toMatchObject({ status: 400, reason: 'upstream-error' });
  expect(called.headers).not.toHaveProperty('content-encoding');
  answer(400, encode('{"title":"no"}'), { 'Content-Encoding': coding });
  const clean = await stage.send('/public/a');
  expect(clean).toMatchObject({ status: 400, reason: undefined, headers: { 'content-encoding': coding } });
  expect(clean.headers['content-length'] ?? clean.headers['transfer-encoding']).toBeDefined();
});

test.each([
  ['in a coding nobody knows', 'x', { 'Content-Encoding': 'rot13' }],
  ['in two codings', gzipSync('x'), { 'Content-Encoding': 'br, gzip' }],
  ['in a coding it does not have', 'not gzip', { 'Content-Encoding': 'gzip' }],
  ['that unpacks to more than is held', gzipSync('x'.repeat(MAX_HELD + 1)), { 'Content-Encoding': 'gzip' }],
  ['longer than is held', 'x'.repeat(MAX_HELD + 1), {}],
])('a 4xx body %s cannot be judged and is replaced', async (_, body, fields) => {
  answer(400, body, fields as Record<string, string>);
  expect(await stage.send('/public/a')).toMatchObject({ status: 400, reason: 'upstream-error' });
});

test('a picture is no text', async () => {
  const body = Buffer.alloc(MAX_HELD + 1, 'x');
  answer(404, body, { 'Content-Type': 'image/png' });
  expect((await stage.send('/public/a')).text).toBe(body.toString());
});

test('a trace cut in two by the network is one trace', async () => {
  stage.upstream.answer = (_, response) => {
    response.writeHead(400).write(TRACE.slice(0, 50));
    setImmediate(() => response.end(TRACE.slice(50)));
  };
  expect(await stage.send('/public/a')).toMatchObject({ status: 400, reason: 'upstream-error' });
});

test('an endless 4xx is cut, and the caller has its answer at once', async () => {
  const closed = Promise.withResolvers<void>();
  stage.upstream.answer = (_, response) => {
    response.writeHead(400);
    const pour = () => {
      while (!response.destroyed && response.write('x'.repeat(16_384)));
    };
    response.on('drain', pour).on('close', closed.resolve);
    pour();
  };
  expect(await stage.send('/public/a')).toMatchObject({ status: 400, reason: 'upstream-error' });
  await closed.promise;
});

test('a 4xx that breaks off is a 502: nothing of it had been passed on', async () => {
  stage.upstream.answer = (_, response) => {
    response.writeHead(400, { 'Content-Length': '100' }).write('half');
    setImmediate(() => response.destroy());
  };
  expect(await stage.send('/public/a')).toMatchObject({ status: 502, reason: 'upstream-failed' });
  await stage.written(1);
});

test('a caller who goes away while an error is held ends the work of the upstream', async () => {
  const ended = Promise.withResolvers<void>();
  stage.upstream.answer = (_, response) => {
    response.on('close', ended.resolve);
    response.writeHead(400).write('half');
    setImmediate(() => request.destroy());
  };
  const target = {
    host: '127.0.0.1',
    port: stage.port,
    path: '/public/a',
    ca: stage.authority,
    servername: 'localhost',
    agent: false as const,
  };
  const request = httpsRequest({ ...target, headers: { Host: `localhost:${stage.port}` } }).on('error', () => undefined);
  request.end();
  await ended.promise;
  expect(await stage.written(1)).toMatchObject([{ outcome: 'client-gone', status: 0 }]);
});

test('HEAD has no body to judge', async () => {
  stage.upstream.answer = (_, response) => response.writeHead(404, { 'Content-Length': '70000', 'Content-Encoding': 'gzip' }).end();
  expect(await stage.call('/orders', { method: 'HEAD' })).toMatchObject({ status: 404, text: '', headers: { 'content-length': '70000' } });
});

test('HTTP/2: replaced and passed on alike', async () => {
  const session = connectHttp2(`https://127.0.0.1:${stage.port}`, { ca: stage.authority, servername: 'localhost' });
  const ask = async () => {
    const stream = session.request({ ':path': '/public/a', ':authority': `localhost:${stage.port}` });
    const [head] = await once(stream, 'response');
    let text = '';
    for await (const chunk of stream.setEncoding('utf8')) text += chunk;
    return { status: head[':status'], text };
  };
  answer(400, TRACE);
  const replaced = await ask();
  expect([replaced.status, JSON.parse(replaced.text).reason]).toEqual([400, 'upstream-error']);
  answer(404, '{}');
  expect(await ask()).toEqual({ status: 404, text: '{}' });
  session.close();
});

test('an idempotency key gives the replaced answer again, and never the trace', async () => {
  answer(409, TRACE);
  const pay = () => stage.call('/payments', { method: 'POST', body: '{}', headers: { 'Idempotency-Key': 'leaking' } });
  const [first, again] = [await pay(), await pay()];
  expect(first).toMatchObject({ status: 409, reason: 'upstream-error' });
  expect(again).toMatchObject({ status: 409, text: first.text, headers: { 'idempotency-replayed': 'true' } });
  expect(stage.upstream.received).toHaveLength(1);
});

test('the upstream does not say which web sites may read answers', async () => {
  answer(200, '{}', {
    'Access-Control-Allow-Origin': 'https://evil.example',
    'Access-Control-Allow-Credentials': 'true',
    'Access-Control-Expose-Headers': '*',
    'Access-Control-Max-Age': '600',
    Vary: 'Origin',
  });
  const { headers } = await stage.send('/public/a', { headers: { Origin: 'https://evil.example' } });
  expect(Object.keys(headers).filter((name) => name.startsWith('access-control'))).toEqual([]);
  expect(headers.vary).toBe('Origin');
});
