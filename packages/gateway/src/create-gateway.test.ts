import { createHmac, generateKeyPairSync, randomBytes, randomUUID } from 'node:crypto';
import { formatProblem } from '@sallyport/protocol';
import { createMemoryRateLimiter, createMemoryReplayStore } from '@sallyport/storage';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { createJwksSource } from './jwks-source.ts';
import { createTestDevice, createTestIssuer, NOW, proofOf, signJws } from './testing/issuer.ts';
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

const other = createTestDevice();
const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
const seconds = NOW / 1000;
const rejoin = (token: string, change: (parts: string[]) => string[]) => change(token.split('.')).join('.');
const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
const hmac = (token: string, key: string | Buffer) =>
  rejoin(token, ([, payload = '']) => {
    const header = encode({ typ: 'at+jwt', alg: 'HS256', kid: stage.issuer.kid });
    return [header, payload, createHmac('sha256', key).update(`${header}.${payload}`).digest('base64url')];
  });
const publicKey = () => JSON.parse(stage.issuer.jwks).keys[0];

test.each<[string, () => string, string]>([
  ['signed by another issuer under our kid', () => createTestIssuer(stage.device).token({}, { kid: stage.issuer.kid }), 'token-signature'],
  ['of an unknown key', () => createTestIssuer(stage.device).token(), 'token-key-unknown'],
  ['with alg none', () => rejoin(stage.issuer.token({}, { alg: 'none' }), ([h = '', p = '']) => [h, p, '']), 'token-algorithm'],
  ['with alg None', () => stage.issuer.token({}, { alg: 'None' }), 'token-algorithm'],
  ['with HS256 over the public key as JWK', () => hmac(stage.issuer.token(), JSON.stringify(publicKey())), 'token-algorithm'],
  ['with HS256 over nothing', () => hmac(stage.issuer.token(), ''), 'token-algorithm'],
  [
    'with ES256 in the header and an RSA signature',
    () => signJws({ typ: 'at+jwt', alg: 'RS256', kid: stage.issuer.kid }, {}, rsa.privateKey),
    'token-algorithm',
  ],
  [
    'with a changed payload',
    () => rejoin(stage.issuer.token(), ([h = '', , s = '']) => [h, stage.issuer.token({ sub: 'root' }).split('.')[1] ?? '', s]),
    'token-signature',
  ],
  [
    'with a signature of zeros',
    () => rejoin(stage.issuer.token(), ([h = '', p = '']) => [h, p, Buffer.alloc(64).toString('base64url')]),
    'token-signature',
  ],
  [
    'with a foreign jku',
    () => createTestIssuer(stage.device).token({}, { jku: 'https://evil.example/jwks', kid: 'evil' }),
    'token-key-unknown',
  ],
  ['with a key of its own in the header', () => createTestIssuer(other).token({}, { jwk: other.jwk, kid: 'evil' }), 'token-key-unknown'],
  ['with a kid that is a path', () => stage.issuer.token({}, { kid: '../../dev/null' }), 'token-key-unknown'],
  ['with a kid of __proto__', () => stage.issuer.token({}, { kid: '__proto__' }), 'token-key-unknown'],
  ['without a kid', () => stage.issuer.token({}, { kid: undefined }), 'token-malformed'],
  ['of type JWT, such as an ID token', () => stage.issuer.token({}, { typ: 'JWT' }), 'token-malformed'],
  ['of type dpop+jwt', () => stage.issuer.token({}, { typ: 'dpop+jwt' }), 'token-malformed'],
  ['without a type', () => stage.issuer.token({}, { typ: undefined }), 'token-malformed'],
  ['with a critical extension', () => stage.issuer.token({}, { crit: ['b64'] }), 'token-malformed'],
  ['of another issuer', () => stage.issuer.token({ iss: 'https://evil.example' }), 'token-issuer'],
  ['for another audience', () => stage.issuer.token({ aud: 'https://other.example' }), 'token-issuer'],
  ['for the client, as an ID token is', () => stage.issuer.token({ aud: 'orders-app' }), 'token-issuer'],
  ['that has expired this second', () => stage.issuer.token({ exp: seconds }), 'token-expired'],
  ['from the future', () => stage.issuer.token({ iat: seconds + 31 }), 'token-expired'],
  ['not yet valid', () => stage.issuer.token({ nbf: seconds + 31 }), 'token-expired'],
  ['without exp', () => stage.issuer.token({ exp: undefined }), 'token-malformed'],
  ['with exp as text', () => stage.issuer.token({ exp: '9999999999' }), 'token-malformed'],
  ['without sub', () => stage.issuer.token({ sub: undefined }), 'token-malformed'],
  ['without client_id', () => stage.issuer.token({ client_id: undefined }), 'token-malformed'],
  ['with a line end in sub', () => stage.issuer.token({ sub: 'ada\r\nX-Admin: 1' }), 'token-malformed'],
  ['with scopes as a list', () => stage.issuer.token({ scope: ['orders:read'] }), 'token-malformed'],
  ['with a line end in scope', () => stage.issuer.token({ scope: 'a\nb' }), 'token-malformed'],
  ['bound by a certificate, which is not checked here', () => stage.issuer.token({ cnf: { 'x5t#S256': 'x' } }), 'token-malformed'],
  ['with padding', () => `${stage.issuer.token()}=`, 'token-malformed'],
  ['as a JWE', () => 'a.b.c.d.e', 'token-malformed'],
  ['that is nonsense', () => 'nonsense', 'token-malformed'],
  ['longer than any token', () => `${stage.issuer.token().split('.')[0]}.${'a'.repeat(9000)}.a`, 'token-malformed'],
])('a token %s is refused', async (_, make, reason) => {
  const called = await stage.call('/orders', { token: make() });
  expect(called).toMatchObject({ status: 401, reason });
  expect(called.headers['www-authenticate']).toBe('DPoP error="invalid_token", algs="ES256"');
  expect(stage.upstream.received).toEqual([]);
  expect(await stage.written(1)).toMatchObject([{ reason, guard: 'access-token' }]);
});

test.each<[string, object, object?]>([
  ['aud as a list', { aud: ['https://other.example', 'https://api.example'] }],
  ['a clock slightly ahead', { iat: seconds + 29, nbf: seconds + 29 }],
  ['the long form of the type', {}, { typ: 'application/at+jwt' }],
])('a token with %s is good', async (_, claims, header = {}) => {
  expect((await stage.call('/orders', { token: stage.issuer.token(claims, header) })).status).toBe(200);
});

test('no token: a challenge without an error', async () => {
  const called = await stage.send('/orders');
  expect(called).toMatchObject({ status: 401, reason: 'token-missing' });
  expect(called.headers['www-authenticate']).toBe('DPoP algs="ES256"');
  expect(called.text).toBe(formatProblem('token-missing', String(called.headers['x-correlation-id'])));
});

test.each(['Basic YTpi', 'DPoP', 'DPoP a b', 'Bearer', 'DPoP  ', 'DPoPx'])('Authorization: %s is malformed', async (Authorization) => {
  expect(await stage.send('/orders', { headers: { Authorization } })).toMatchObject({ status: 401, reason: 'token-malformed' });
});

test('a cached verdict ends with the token', async () => {
  const own = await openStage();
  const token = own.issuer.token({ exp: seconds + 100 });
  expect((await own.call('/orders', { token })).status).toBe(200);
  own.advance(99_999);
  expect((await own.call('/orders', { token })).status).toBe(200);
  own.advance(1);
  expect(await own.call('/orders', { token })).toMatchObject({ status: 401, reason: 'token-expired' });
  await own.close();
});

test('a token respelled does not find the verdict of its twin', async () => {
  const token = stage.issuer.token();
  expect((await stage.call('/orders', { token })).status).toBe(200);
  const last = token.at(-1) as string;
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
  // Another last character with the same significant bits: the same bytes to a lenient decoder.
  const respelled = token.slice(0, -1) + alphabet[alphabet.indexOf(last) ^ 1];
  for (const spelling of [respelled, `${token}=`, `${token}==`, token.replace('.', '=.')]) {
    expect(await stage.call('/orders', { token: spelling })).toMatchObject({ status: 401, reason: 'token-malformed' });
  }
});

test('a missing proof, a bearer, and a token bound to nothing', async () => {
  const token = stage.issuer.token();
  expect(await stage.call('/orders', { token, proof: undefined })).toMatchObject({ status: 401, reason: 'proof-missing' });
  const bearer = await stage.send('/orders', { headers: { Authorization: `Bearer ${token}` } });
  expect(bearer).toMatchObject({ status: 401, reason: 'proof-missing' });
  expect(bearer.headers['www-authenticate']).toBe('DPoP error="invalid_dpop_proof", algs="ES256"');
  expect(await stage.call('/orders', { token: stage.issuer.token({ cnf: undefined }) })).toMatchObject({ reason: 'proof-key-mismatch' });
});

test('a route may take an unbound bearer token, but a bound one still needs its proof', async () => {
  const unbound = stage.issuer.token({ cnf: undefined });
  expect(await stage.send('/bearer', { headers: { Authorization: `Bearer ${unbound}` } })).toMatchObject({ status: 200 });
  const bound = await stage.send('/bearer', { headers: { Authorization: `Bearer ${stage.issuer.token()}` } });
  expect(bound).toMatchObject({ status: 401, reason: 'proof-missing' });
  const none = await stage.send('/bearer');
  expect(none.headers['www-authenticate']).toBe('DPoP algs="ES256", Bearer');
  expect((await stage.call('/bearer')).status).toBe(200);
});

const thief = createTestDevice();
test.each<[string, (options: { url: string; token: string; nonce: string }) => Promise<string>, string]>([
  ['of another key', (options) => proofOf(thief, options), 'proof-key-mismatch'],
  ['for another method', (options) => proofOf(stage.device, { ...options, method: 'POST' }), 'proof-target-mismatch'],
  ['for another path', (options) => proofOf(stage.device, { ...options, url: `${stage.url}/admin` }), 'proof-target-mismatch'],
  ['for another host', (options) => proofOf(stage.device, { ...options, url: 'https://other.example/orders' }), 'proof-target-mismatch'],
  [
    'for plain http',
    (options) => proofOf(stage.device, { ...options, url: options.url.replace('https', 'http') }),
    'proof-target-mismatch',
  ],
  ['for another token', (options) => proofOf(stage.device, { ...options, token: 'other' }), 'proof-target-mismatch'],
  ['for no token', ({ url, nonce }) => proofOf(stage.device, { url, nonce }), 'proof-target-mismatch'],
  ['without a nonce', ({ url, token }) => proofOf(stage.device, { url, token }), 'proof-nonce-required'],
  [
    'with a made-up nonce',
    ({ url, token }) => proofOf(stage.device, { url, token, nonce: 'AAAAAAAAAAAAAAAAAAAAAA' }),
    'proof-nonce-required',
  ],
  ['that is nonsense', async () => 'nonsense', 'proof-malformed'],
  [
    'whose signature was changed',
    async (options) =>
      rejoin(await proofOf(stage.device, options), ([h = '', p = '']) => [h, p, Buffer.alloc(64, 1).toString('base64url')]),
    'proof-signature',
  ],
  [
    'with the key of the victim and the signature of the thief',
    (options) => proofOf({ ...thief, signer: { ...thief.signer, jwk: stage.device.jwk } }, options),
    'proof-signature',
  ],
])('a proof %s is refused', async (_, make, reason) => {
  const token = stage.issuer.token();
  const proof = await make({ url: `${stage.url}/orders`, token, nonce: await stage.nonce() });
  const called = await stage.call('/orders', { token, proof });
  expect(called).toMatchObject({ status: 401, reason });
  const error = reason === 'proof-nonce-required' ? 'use_dpop_nonce' : 'invalid_dpop_proof';
  expect(called.headers['www-authenticate']).toMatch(new RegExp(`^DPoP error="${error}"`));
  expect('dpop-nonce' in called.headers).toBe(reason === 'proof-nonce-required');
  expect(stage.upstream.received).toEqual([]);
});

test('two proofs, or two tokens, are malformed', async () => {
  const proof = 'a';
  expect(await stage.send('/orders', { headers: { DPoP: [proof, proof] } })).toMatchObject({ status: 400, reason: 'request-malformed' });
  expect(await stage.send('/orders', { headers: { Authorization: ['DPoP a', 'DPoP b'] } })).toMatchObject({ status: 400 });
});

test('htu is compared without query, fragment, case of host and default port', async () => {
  const token = stage.issuer.token();
  const nonce = await stage.nonce();
  const proof = async (url: string) => {
    const jti = randomUUID();
    const ath = JSON.parse(Buffer.from((await proofOf(stage.device, { url, token })).split('.')[1] ?? '', 'base64url').toString()).ath;
    const header = { typ: 'dpop+jwt', alg: 'ES256', jwk: stage.device.jwk };
    const payload = Buffer.from(JSON.stringify({ jti, htm: 'GET', htu: url, iat: seconds, ath, nonce })).toString('base64url');
    const input = `${encode(header)}.${payload}`;
    return `${input}.${Buffer.from(await stage.device.signer.sign(input)).toString('base64url')}`;
  };
  for (const url of [`${stage.url}/orders?page=2#top`, stage.url.replace('localhost', 'LOCALHOST').concat('/orders')]) {
    expect((await stage.call('/orders?page=2', { token, proof: await proof(url) })).status).toBe(200);
  }
  expect(await stage.call('/orders', { token, proof: await proof(`${stage.url}/Orders`) })).toMatchObject({
    reason: 'proof-target-mismatch',
  });
});

test('of fifty copies of one request one passes', async () => {
  const token = stage.issuer.token();
  const proof = await proofOf(stage.device, { url: `${stage.url}/orders`, token, nonce: await stage.nonce() });
  const all = await Promise.all(Array.from({ length: 50 }, () => stage.call('/orders', { token, proof })));
  expect(all.filter(({ status }) => status === 200)).toHaveLength(1);
  expect(all.filter(({ reason }) => reason === 'proof-replayed')).toHaveLength(49);
  expect(stage.upstream.received).toHaveLength(1);
});

test('a stranger cannot burn the id of a proof he cannot sign', async () => {
  const token = stage.issuer.token();
  const proof = await proofOf(stage.device, { url: `${stage.url}/orders`, token, nonce: await stage.nonce() });
  const forged = rejoin(proof, ([h = '', p = '']) => [h, p, Buffer.alloc(64, 1).toString('base64url')]);
  expect(await stage.call('/orders', { token, proof: forged })).toMatchObject({ reason: 'proof-signature' });
  expect((await stage.call('/orders', { token, proof })).status).toBe(200);
});

test('a nonce of the epoch before is accepted and replaced; after two epochs it is not, and neither is a replay', async () => {
  const own = await openStage();
  const token = own.issuer.token({ exp: seconds + 3000 });
  const nonce = await own.nonce();
  const proof = () => proofOf(own.device, { url: `${own.url}/orders`, token, nonce });
  const used = await proof();
  expect((await own.call('/orders', { token, proof: used })).headers).not.toHaveProperty('dpop-nonce');
  own.advance(300_000);
  const called = await own.call('/orders', { token, proof: await proof() });
  expect(called.status).toBe(200);
  expect(called.headers['dpop-nonce']).not.toBe(nonce);
  expect(await own.call('/orders', { token, proof: used })).toMatchObject({ reason: 'proof-replayed' });
  own.advance(300_000);
  expect(await own.call('/orders', { token, proof: used })).toMatchObject({ reason: 'proof-nonce-required' });
  await own.close();
});

test('a proof accepted before a restart is refused after it, although the replay store is empty', async () => {
  const token = stage.issuer.token();
  const used = await proofOf(stage.device, { url: `${stage.url}/orders`, token, nonce: await stage.nonce() });
  expect((await stage.call('/orders', { token, proof: used })).status).toBe(200);
  const keys = createJwksSource({ jwksUri: 'https://issuer.example/jwks', fetchText: async () => stage.issuer.jwks, monotonic: () => 0 });
  const restarted = await openStage({ publicUrl: stage.url, keys });
  const headers = { Host: `localhost:${stage.port}`, Authorization: `DPoP ${token}`, DPoP: used };
  expect(await restarted.send('/orders', { headers })).toMatchObject({ status: 401, reason: 'proof-nonce-required' });
  await restarted.close();
});

test('a scope that is missing', async () => {
  const called = await stage.call('/admin');
  expect(called).toMatchObject({ status: 403, reason: 'scope-insufficient' });
  expect(called.headers['www-authenticate']).toBe('DPoP error="insufficient_scope", scope="admin", algs="ES256"');
  expect((await stage.call('/admin', { token: stage.issuer.token({ scope: 'other admin' }) })).status).toBe(200);
  expect(await stage.call('/admin', { token: stage.issuer.token({ scope: '' }) })).toMatchObject({ status: 403 });
});

test('a flood from one address is refused before any signature is checked, and let in after Retry-After', async () => {
  let asked = 0;
  const keys = { generation: () => 0, find: () => void asked++ };
  const own = await openStage({ keys, rateLimits: { address: { limit: 10, window: 60_000 }, principal: { limit: 10, window: 60_000 } } });
  const flood = () => own.send('/orders', { headers: { Authorization: `DPoP ${own.issuer.token()}` } });
  const all = await Promise.all(Array.from({ length: 40 }, flood));
  const refused = all.filter(({ reason }) => reason === 'address-rate-limited');
  expect(refused).toHaveLength(30);
  expect(asked).toBe(10);
  const retryAfter = Number(refused[0]?.headers['retry-after']);
  expect(retryAfter).toBe(6);
  expect(refused[0]?.headers.ratelimit).toMatch(/^"address";r=0;t=60$/);
  own.advance(retryAfter * 1000);
  expect((await flood()).status).toBe(401);
  await own.close();
});

test('a user has one share over all devices and routes, and a route may have its own', async () => {
  const routes = [
    { method: 'GET', path: '/a' },
    { method: 'GET', path: '/b', rateLimit: { limit: 1, window: '1m' } },
  ];
  const own = await openStage({
    routes,
    rateLimits: { address: { limit: 1000, window: 60_000 }, principal: { limit: 4, window: 60_000 } },
  });
  expect((await own.call('/b')).headers.ratelimit).toMatch(/^"principal";r=3;t=15, "route";r=0;t=60$/);
  expect(await own.call('/b')).toMatchObject({ status: 429, reason: 'principal-rate-limited' });
  for (const status of [200, 200]) expect((await own.call('/a')).status).toBe(status);
  const over = await own.call('/a', { token: own.issuer.token() });
  expect(over).toMatchObject({ status: 429, reason: 'principal-rate-limited' });
  expect((await own.call('/a', { token: own.issuer.token({ sub: 'bob' }) })).status).toBe(200);
  own.advance(Number(over.headers['retry-after']) * 1000);
  expect((await own.call('/a')).status).toBe(200);
  await own.close();
});

test('stores that are full refuse, and nothing goes upstream', async () => {
  const full = createMemoryReplayStore({ monotonic: () => 0, maxClaims: 0 });
  const own = await openStage({ replayStore: full });
  expect(await own.call('/orders')).toMatchObject({ status: 503, reason: 'store-unavailable' });
  expect(own.upstream.received).toEqual([]);
  expect(await own.written(1)).toMatchObject([{ status: 503, reason: 'store-unavailable', guard: 'sender-proof' }]);
  await own.close();
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

test('without keys no token is judged: 503, and it works as soon as the issuer answers', async () => {
  let jwks: string | undefined;
  let time = 0;
  const fetchText = async () => jwks ?? Promise.reject(new Error('ECONNREFUSED'));
  const keys = createJwksSource({ jwksUri: 'https://issuer.example/jwks', fetchText, monotonic: () => time });
  const own = await openStage({ keys });
  const headers = { Authorization: `DPoP ${own.issuer.token()}` };
  expect(await own.send('/orders', { headers })).toMatchObject({ status: 503, reason: 'keys-unavailable' });
  jwks = own.issuer.jwks;
  time = 1000;
  expect((await own.call('/orders')).status).toBe(200);
  await own.close();
});

test('two routes for one path stop the start', () => {
  const twice = { method: 'GET', path: '/a' };
  return expect(openStage({ routes: [twice, twice] })).rejects.toThrow('Two routes list GET /a');
});

test('support codes come from the randomness handed in', async () => {
  const own = await openStage({ randomBytes: (size) => randomBytes(size).fill(1) });
  expect((await own.send('/public/a')).headers['x-correlation-id']).toBe('AQEBAQEBAQEBAQEB');
  await own.close();
});
