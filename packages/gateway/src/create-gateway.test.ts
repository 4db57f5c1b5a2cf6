import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { connect as connectHttp2 } from 'node:http2';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { connect } from 'node:tls';
import { spkiPinOf } from '@sallyport/pipeline/certificates';
import { createTestCertificate } from '@sallyport/pipeline/testing';
import { createMemoryRateLimiter } from '@sallyport/storage';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
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

test('a signed request reaches the upstream with the identity, and without the credentials', async () => {
  const called = await stage.call('/orders/7?full=1', { headers: { Cookie: 'a=b', 'X-App': '1' } });
  expect(called).toMatchObject({ status: 200, text: 'GET /orders/7?full=1 ' });
  const [received] = stage.upstream.received;
  expect(received?.headers).toMatchObject({
    'x-sallyport-subject': 'ada',
    'x-sallyport-client': 'orders-app',
    'x-sallyport-scope': 'orders:read orders:write',
    'x-correlation-id': called.headers['x-correlation-id'],
    'x-forwarded-for': '127.0.0.1',
    'x-forwarded-proto': 'https',
    'x-forwarded-host': `localhost:${stage.port}`,
    'x-app': '1',
  });
  for (const name of ['authorization', 'dpop', 'cookie']) expect(received?.headers).not.toHaveProperty(name);
});

test('the upstream learns the whole address of the caller; limits and the log have its network', async () => {
  const own = await openStage({ host: '::1' });
  await own.send('/public/a');
  expect(own.upstream.received[0]?.headers['x-forwarded-for']).toBe('::1');
  expect(await own.written(1)).toMatchObject([{ address: '0:0:0:0::/64' }]);
  await own.close();
});

test('an answer to a user is no-store, and carries HSTS, nosniff, its limits and its support code', async () => {
  stage.upstream.answer = (_, response) => {
    response.setHeader('Server', 'backend/1.0');
    response.setHeader('X-Powered-By', 'Express');
    response.setHeader('Cache-Control', 'public, max-age=60');
    response.setHeader('DPoP-Nonce', 'not-ours');
    response.setHeader('Set-Cookie', ['a=1', 'b=2']);
    response.setHeader('ETag', '"x"');
    response.end('ok');
  };
  const { headers } = await stage.call('/orders');
  expect(headers).toMatchObject({
    'cache-control': 'no-store',
    'strict-transport-security': 'max-age=63072000',
    'x-content-type-options': 'nosniff',
    'set-cookie': ['a=1', 'b=2'],
    etag: '"x"',
    'ratelimit-policy': '"principal";q=100000;w=60',
  });
  expect(headers.ratelimit).toMatch(/^"principal";r=\d+;t=1$/);
  expect(headers['x-correlation-id']).toMatch(/^[\w-]{16}$/);
  for (const name of ['server', 'x-powered-by', 'dpop-nonce']) expect(headers).not.toHaveProperty(name);
  const answered = await stage.send('/public/a');
  expect(answered.headers['cache-control']).toBe('public, max-age=60');
  expect(answered.headers).not.toHaveProperty('server');
});

test('one line per request, without query, token or path, with the support code of the answer', async () => {
  const token = stage.issuer.token();
  const called = await stage.call('/orders/ada@example.com?card=4111', { token, headers: { 'X-Correlation-Id': 'client-made-id' } });
  const refused = await stage.call('/nowhere?secret=1', { token });
  expect(await stage.written(2)).toMatchObject([
    {
      event: 'access',
      supportCode: called.headers['x-correlation-id'],
      outcome: 'answered',
      status: 200,
      method: 'GET',
      route: '/orders/**',
      subject: 'ada',
      client: 'orders-app',
      address: '127.0.0.1',
      http: '1.1',
      clientCorrelationId: 'client-made-id',
    },
    {
      supportCode: refused.headers['x-correlation-id'],
      outcome: 'refused',
      status: 404,
      reason: 'route-unlisted',
      guard: 'route',
      path: '/nowhere',
    },
  ]);
  const text = JSON.stringify(stage.lines);
  for (const secret of [token, 'example.com', '4111', 'secret']) expect(text).not.toContain(secret);
});

test.each([
  ['GET', '/nowhere', 404, 'route-unlisted'],
  ['GET', '/', 404, 'route-unlisted'],
  ['PATCH', '/orders', 405, 'method-unlisted'],
  ['TRACE', '/orders', 405, 'method-unlisted'],
  ['GET', '/ADMIN', 404, 'route-unlisted'],
  ['GET', '/orders/%2e%2e/admin', 400, 'request-malformed'],
])('%s %s is refused with %i, also to a signed-in user', async (method, path, status, reason) => {
  expect(await stage.call(path, { method })).toMatchObject({ status, reason });
  expect(stage.upstream.received).toEqual([]);
});

test('405 names the methods there are', async () => {
  expect((await stage.send('/payments')).headers.allow).toBe('POST');
});

test('a public route needs no token, and makes nobody of a caller who sends one', async () => {
  const { status } = await stage.send('/public/a/b', { headers: { Authorization: 'Bearer x', 'X-Sallyport-Subject': 'root' } });
  expect(status).toBe(200);
  const names = stage.upstream.received[0]?.rawHeaders.map((name) => name.toLowerCase());
  for (const name of ['authorization', 'x-sallyport-subject']) expect(names).not.toContain(name);
});

test.each([
  'X-Sallyport-Subject',
  'x-sallyport-SCOPE',
  'X_Sallyport_Subject',
  'x-sallyport_client',
  'X_SALLYPORT_SCOPE',
  'X-Sallyport-Anything',
])('a spoofed %s never reaches the upstream', async (name) => {
  await stage.call('/orders', { headers: { [name]: 'spoofed' } });
  expect(stage.upstream.received).toHaveLength(1);
  expect(stage.upstream.received[0]?.rawHeaders).not.toContain('spoofed');
  expect(stage.upstream.received[0]?.headers['x-sallyport-subject']).toBe('ada');
});

test('fields that would let the upstream decide about another request, or about the address, are not forwarded', async () => {
  const names = [
    'X-HTTP-Method-Override',
    'X-Original-URL',
    'X-Rewrite-URL',
    'X-Forwarded-For',
    'X_Forwarded_For',
    'Forwarded',
    'X-Real-IP',
    'Content_Length',
  ];
  await stage.call('/orders', { headers: Object.fromEntries(names.map((name) => [name, 'spoofed'])) });
  expect(stage.upstream.received[0]?.rawHeaders).not.toContain('spoofed');
});

test('fields named in Connection end at the gateway, but never those of the gateway', async () => {
  const headers = { Connection: 'keep-alive, x-secret, x-sallyport-subject, x-correlation-id', 'X-Secret': 's', TE: 'trailers' };
  await stage.call('/orders', { headers });
  const received = stage.upstream.received[0]?.headers;
  expect(received).not.toHaveProperty('x-secret');
  expect(received).not.toHaveProperty('te');
  expect(received).toMatchObject({ 'x-sallyport-subject': 'ada', 'x-correlation-id': expect.stringMatching(/^[\w-]{16}$/) });
});

test('a guard that throws is a refusal without a word about why, and the line has the why', async () => {
  const limiter = createMemoryRateLimiter({ monotonic: () => 0 });
  const own = await openStage({ rateLimiter: { take: (key, quota) => (key.startsWith('principal') ? fail() : limiter.take(key, quota)) } });
  const called = await own.call('/orders');
  expect(called).toMatchObject({ status: 500, reason: 'internal-error' });
  expect(called.text).not.toContain('boom');
  expect(await own.written(1)).toMatchObject([{ reason: 'internal-error', detail: 'RangeError: boom', guard: 'principal-rate-limit' }]);
  await own.close();
});

function fail(): never {
  throw new RangeError('boom');
}

test('two routes for one path stop the start', () => {
  const twice = { method: 'GET', path: '/a' };
  return expect(openStage({ routes: [twice, twice] })).rejects.toThrow('Two routes list GET /a');
});

test('support codes come from the randomness handed in', async () => {
  const own = await openStage({ randomBytes: (size) => randomBytes(size).fill(1) });
  expect((await own.send('/public/a')).headers['x-correlation-id']).toBe('AQEBAQEBAQEBAQEB');
  await own.close();
});

test.each<[string, readonly string[] | undefined, number, string]>([
  ['fails where nothing should', undefined, 500, 'internal-error'],
  ['is an answer no line can carry', ['x', 'a\r\nb'], 502, 'upstream-failed'],
])('what %s is a refusal for this one caller, and the gateway goes on', async (_, head, status, reason) => {
  const answer = { status: 200, head: head as readonly string[], body: Buffer.from('x') };
  const never = () => {
    throw new Error('never asked');
  };
  const idempotencyStore = { begin: () => ({ state: 'answered', answer }) as const, complete: never, lose: never, release: never };
  const own = await openStage({ idempotencyStore });
  const headers = { 'Idempotency-Key': 'k' };
  expect(await own.call('/orders', { method: 'POST', body: 'x', headers })).toMatchObject({ status, reason });
  expect(await own.written(1)).toMatchObject([{ status, reason, outcome: 'refused' }]);
  expect(await own.send('/public/a')).toMatchObject({ status: 200 });
  await own.close();
});

test('another certificate is served from the next handshake on; connections that stand go on', async () => {
  const own = await openStage();
  const session = connectHttp2(`https://127.0.0.1:${own.port}`, { ca: own.authority, servername: 'localhost' });
  await once(session, 'connect');
  const other = createTestCertificate();
  own.gateway.setCertificate(other.certificate, other.key);
  const pin = async () => {
    const socket = connect({ port: own.port, host: '127.0.0.1', servername: 'localhost', ca: other.authority });
    await once(socket, 'secureConnect');
    const certificate = socket.getPeerX509Certificate();
    socket.destroy();
    return certificate && spkiPinOf(certificate.publicKey);
  };
  expect(await pin()).toBe(other.pin);
  const stream = session.request({ ':path': '/public/a', ':authority': `localhost:${own.port}` });
  expect((await once(stream, 'response'))[0]).toMatchObject({ ':status': 200 });
  session.destroy();
  const half = createTestCertificate();
  expect(() => own.gateway.setCertificate(half.certificate, other.key)).toThrow();
  expect(await pin()).toBe(other.pin);
  await own.close();
});

test('an upstream over HTTPS: only with a certificate of the authority named, and of its name', async () => {
  const { certificate, key, authority } = createTestCertificate(['127.0.0.1']);
  const backend = createServer({ cert: certificate, key }, (request, response) => response.end(`${request.method} ${request.url}`));
  backend.listen(0, '127.0.0.1');
  await once(backend, 'listening');
  const { port } = backend.address() as AddressInfo;
  const ask = async (upstream: string, upstreamCa?: string) => {
    const own = await openStage({ upstream, upstreamCa });
    const called = await own.send('/public/a?b');
    await own.close();
    return called;
  };
  expect(await ask(`https://127.0.0.1:${port}`, authority)).toMatchObject({ status: 200, text: 'GET /public/a?b' });
  expect(await ask(`https://127.0.0.1:${port}`)).toMatchObject({ status: 502, reason: 'upstream-unreachable' });
  expect(await ask(`https://localhost:${port}`, authority)).toMatchObject({ status: 502, reason: 'upstream-unreachable' });
  backend.closeAllConnections();
  backend.close();
});
