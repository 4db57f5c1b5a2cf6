import { once } from 'node:events';
import { connect as connectHttp2 } from 'node:http2';
import { get } from 'node:https';
import { text } from 'node:stream/consumers';
import { connect } from 'node:tls';
import { createMemoryRateLimiter } from '@sallyport/storage';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { type Deployment, deploy } from './testing/deployment.ts';

let deployment: Deployment;
beforeAll(async () => {
  deployment = await deploy();
});
afterAll(() => deployment.close());

const reasonOf = (body: string) => JSON.parse(body).reason;

test.each([
  '/',
  '/token/',
  '/TOKEN',
  '/token%2f',
  '//token',
  '/session/end',
  '/session/end/confirm',
  '/me',
  '/reg',
  '/device',
  '/sign-in',
  '/sign-in/x',
  '/authorize/../token',
])('%s does not exist, whatever the engine may know', async (path) => {
  for (const method of ['GET', 'POST']) {
    const answer = await deployment.app().browser.send(method, path);
    // A browser resolves dots before it sends; what is left is a listed path with another method.
    expect([404, 405]).toContain(answer.status);
    expect(['route-unlisted', 'method-unlisted']).toContain(reasonOf(answer.text));
  }
});

test('another method is refused with those allowed', async () => {
  const answer = await deployment.app().browser.send('PUT', '/jwks', {}, 'x');
  expect([answer.status, answer.headers.allow]).toEqual([405, 'GET, HEAD']);
});

test('bodies are bounded, and of a length known beforehand', async () => {
  const { browser } = deployment.app();
  const form = { 'content-type': 'application/x-www-form-urlencoded' };
  expect(reasonOf((await browser.send('POST', '/token', form, `grant_type=${'x'.repeat(20_000)}`)).text)).toBe('body-too-large');
  const other = await browser.send('POST', '/token', { 'content-type': 'application/json' }, '{"grant_type":"refresh_token"}');
  expect([other.status, JSON.parse(other.text).error]).toEqual([400, 'invalid_request']);
});

test('addresses in answers are the issuer\u2019s, whatever Host says', async () => {
  const headers = { host: 'evil.example', 'x-forwarded-host': 'evil.example', 'x-forwarded-proto': 'http' };
  const { port } = new URL(deployment.issuer);
  const options = { host: '127.0.0.1', port, servername: 'localhost', ca: deployment.certificateAuthority, headers };
  const answer = await new Promise<string>((resolve, reject) => {
    get({ ...options, path: '/.well-known/openid-configuration' }, (response) => text(response).then(resolve, reject)).on('error', reject);
  });
  expect(answer).not.toContain('evil');
  expect(JSON.parse(answer).token_endpoint).toBe(`${deployment.issuer}/token`);
});

test('no other origin may read an answer', async () => {
  const { browser } = deployment.app();
  const answer = await browser.send(
    'POST',
    '/token',
    { origin: 'https://evil.example', 'content-type': 'application/x-www-form-urlencoded' },
    'client_id=orders-app',
  );
  expect(answer.headers['access-control-allow-origin']).toBeUndefined();
});

test('no field of any answer says what it runs on, and every answer carries its support code', async () => {
  for (const path of ['/jwks', '/authorize', '/nothing']) {
    const { headers } = await deployment.app().browser.send('GET', path, { accept: 'text/html' });
    expect(headers['x-correlation-id']).toMatch(/^[\w-]{16}$/);
    expect(headers).not.toHaveProperty('x-powered-by');
    expect(headers).not.toHaveProperty('server');
  }
});

test('an address that asks too often waits as told, and then may', async () => {
  let now = 0;
  const limited = await deploy({
    addressLimit: { limit: 3, window: 3000 },
    rateLimiter: createMemoryRateLimiter({ monotonic: () => now }),
  });
  const { browser } = limited.app();
  for (let time = 0; time < 3; time++) expect((await browser.send('GET', '/jwks')).status).toBe(200);
  const answer = await browser.send('GET', '/jwks');
  expect([answer.status, reasonOf(answer.text), answer.headers['retry-after']]).toEqual([429, 'address-rate-limited', '1']);
  expect((await limited.app({ from: '127.0.0.5' }).browser.send('GET', '/jwks')).status).toBe(200);
  now += 1000;
  expect((await browser.send('GET', '/jwks')).status).toBe(200);
  await limited.close();
});

const form = { 'content-type': 'application/x-www-form-urlencoded', 'content-length': '100' };
const gone = () => deployment.lines.filter(({ outcome }) => outcome === 'client-gone');

test('a caller that goes away in the middle of a body is logged as gone, and others are served', async () => {
  const options = {
    port: Number(new URL(deployment.issuer).port),
    host: '127.0.0.1',
    servername: 'localhost',
    ca: deployment.certificateAuthority,
  };
  const socket = connect(options);
  await once(socket, 'secureConnect');
  const head = Object.entries(form).map(([name, value]) => `${name}: ${value}\r\n`);
  socket.end(`POST /token HTTP/1.1\r\nHost: localhost\r\n${head.join('')}\r\ngrant_type=`);
  await vi.waitFor(() => expect(gone()).toHaveLength(1));
  expect((await deployment.app().browser.send('GET', '/jwks')).status).toBe(200);
});

test('the same over HTTP/2', async () => {
  const before = gone().length;
  const session = connectHttp2(deployment.issuer, { ca: deployment.certificateAuthority });
  await once(session, 'connect');
  const stream = session.request({ ':method': 'POST', ':path': '/token', ...form });
  stream.on('error', () => undefined);
  stream.write('grant_type=');
  // Answered after the head has arrived: now the server has something to lose.
  await new Promise<void>((resolve, reject) => {
    session.ping((error) => (error === null ? resolve() : reject(error)));
  });
  session.destroy();
  await vi.waitFor(() => expect(gone()).toHaveLength(before + 1));
  expect((await deployment.app({ http2: true }).browser.send('GET', '/jwks')).status).toBe(200);
});

test('a body that comes too slowly is a 408 to the caller and in the log', async () => {
  const slow = await deploy({ requestTimeout: 200 });
  const { port } = new URL(slow.issuer);
  const socket = connect({ port: Number(port), host: '127.0.0.1', servername: 'localhost', ca: slow.certificateAuthority });
  const fields = 'Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 50';
  socket.write(`POST /token HTTP/1.1\r\nHost: localhost\r\n${fields}\r\n\r\ngrant`);
  expect(await text(socket)).toMatch(/^HTTP\/1\.1 408 /);
  await vi.waitFor(() => expect(slow.lines).toHaveLength(1));
  expect(slow.lines).toMatchObject([{ status: 408, reason: 'request-timeout', outcome: 'refused', path: '/token' }]);
  await slow.close();
});
