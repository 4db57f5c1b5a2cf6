import { randomUUID } from 'node:crypto';
import { createMemoryReplayStore } from '@sallyport/storage';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { createJwksSource } from '../jwks-source.ts';
import { createTestDevice, NOW, proofOf } from '../testing/issuer.ts';
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

const seconds = NOW / 1000;
const rejoin = (token: string, change: (parts: string[]) => string[]) => change(token.split('.')).join('.');
const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');

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

test('stores that are full refuse, and nothing goes upstream', async () => {
  const full = createMemoryReplayStore({ monotonic: () => 0, maxClaims: 0 });
  const own = await openStage({ replayStore: full });
  expect(await own.call('/orders')).toMatchObject({ status: 503, reason: 'store-unavailable' });
  expect(own.upstream.received).toEqual([]);
  expect(await own.written(1)).toMatchObject([{ status: 503, reason: 'store-unavailable', guard: 'sender-proof' }]);
  await own.close();
});
