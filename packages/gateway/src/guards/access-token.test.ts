import { createHmac, generateKeyPairSync } from 'node:crypto';
import { formatProblem } from '@sallyport/protocol';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { createJwksSource } from '../jwks-source.ts';
import { createTestDevice, createTestIssuer, NOW, signJws } from '../testing/issuer.ts';
import { openStage, type Stage } from '../testing/stage.ts';

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
  ['the type as the RFC spells it in its example', {}, { typ: 'at+JWT' }],
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
