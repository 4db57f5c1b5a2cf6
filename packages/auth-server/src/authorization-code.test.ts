import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { App } from './testing/app.ts';
import type { Answer } from './testing/browser.ts';
import { AUDIENCE, type Deployment, deploy } from './testing/deployment.ts';
import { createDevice } from './testing/device.ts';

let deployment: Deployment;
let app: App;
beforeAll(async () => {
  deployment = await deploy({ signInLimits: { user: { limit: 100, window: 1000 }, address: { limit: 1000, window: 1000 } } });
});
afterAll(() => deployment.close());

const claimsOf = (jwt: string) => JSON.parse(Buffer.from(jwt.split('.')[1] ?? '', 'base64url').toString());
const refusal = ({ status, text }: Answer) => [status, JSON.parse(text).error];
/** The error an authorization request is sent back to the app with. */
const sentBack = (answer: Answer) => {
  const { search, hash } = new URL(String(answer.headers.location));
  return new URLSearchParams(search === '' ? hash.slice(1) : search);
};

describe('what is asked at the authorization endpoint', () => {
  test.each<[string, Record<string, string | null>, string]>([
    ['without PKCE', { code_challenge: null, code_challenge_method: null }, 'invalid_request'],
    ['with PKCE plain', { code_challenge_method: 'plain' }, 'invalid_request'],
    ['with a challenge without method', { code_challenge_method: null }, 'invalid_request'],
    ['for a token instead of a code', { response_type: 'token' }, 'unsupported_response_type'],
    ['for an ID token', { response_type: 'id_token', nonce: 'n' }, 'unsupported_response_type'],
    ['for another resource', { resource: 'https://elsewhere.example' }, 'invalid_target'],
    ['with a request object', { request: 'eyJhbGciOiJub25lIn0.e30.' }, 'request_not_supported'],
    ['without asking anybody', { prompt: 'none' }, 'login_required'],
  ])('%s: %j is sent back to the app as %s', async (_what, changes, error) => {
    const answer = await deployment.app().begin(changes);
    expect([303, 302]).toContain(answer.status);
    expect(sentBack(answer).get('error')).toBe(error);
    expect(sentBack(answer).get('iss')).toBe(deployment.issuer);
    expect(sentBack(answer).get('state')).toBeTruthy();
  });

  test.each<[string, Record<string, string | null>]>([
    ['an unknown client', { client_id: 'nobody' }],
    ['a redirect URI of somebody else', { redirect_uri: 'com.evil:/signed-in' }],
    ['a redirect URI with something added', { redirect_uri: 'com.example.orders:/signed-in/evil' }],
    ['a form post', { redirect_uri: 'https://evil.example/' }],
  ])('%s gets our own page and is sent nowhere', async (_what, changes) => {
    const answer = await deployment.app().begin(changes);
    expect(answer.status).toBe(400);
    expect(answer.headers.location).toBeUndefined();
    expect(answer.text).toContain('<p>The request is malformed.</p>');
    expect(answer.text).toContain(String(answer.headers['x-correlation-id']));
    expect(answer.text).not.toMatch(/redirect_uri|client|invalid_/);
  });
});

describe('pushed requests', () => {
  test('lead to the same sign-in, once', async () => {
    app = deployment.app();
    const page = await app.beginPushed();
    const tokens = app.tokens(await app.exchange(app.code(await app.submit(page, 'ana', 'correct horse battery'))));
    expect(claimsOf(tokens.access_token).aud).toBe(AUDIENCE);
  });

  test('are refused like others', async () => {
    app = deployment.app();
    const push = async (changes: Record<string, string | null>) => refusal(await app.post('/par', app.authorizationParameters(changes)));
    expect(await push({ code_challenge: null, code_challenge_method: null })).toEqual([400, 'invalid_request']);
    expect(await push({ client_id: 'nobody' })).toEqual([401, 'invalid_client']);
    expect(await push({ redirect_uri: 'com.evil:/x' })).toEqual([400, 'invalid_request']);
  });

  test('bind the code to the key that pushed', async () => {
    app = deployment.app();
    const code = app.code(await app.submit(await app.beginPushed(), 'ana', 'correct horse battery'));
    expect(refusal(await app.exchange(code, {}, createDevice()))).toEqual([400, 'invalid_grant']);
  });
});

describe('the exchange of a code', () => {
  test('fails with a wrong verifier, and the right one still works', async () => {
    app = deployment.app();
    const code = await app.obtainCode();
    expect(refusal(await app.exchange(code, { code_verifier: randomBytes(32).toString('base64url') }))).toEqual([400, 'invalid_grant']);
    expect(refusal(await app.exchange(code, { code_verifier: null }))).toEqual([400, 'invalid_grant']);
    expect((await app.exchange(code)).status).toBe(200);
  });

  test('fails for another app, and with another redirect URI', async () => {
    app = deployment.app();
    const code = await app.obtainCode();
    expect(refusal(await app.exchange(code, { client_id: 'reader-app' }))).toEqual([400, 'invalid_grant']);
    expect(refusal(await app.exchange(code, { redirect_uri: 'http://127.0.0.1/signed-in' }))).toEqual([400, 'invalid_grant']);
  });

  test('works once; the second time ends what came of the first', async () => {
    app = deployment.app();
    const code = await app.obtainCode();
    const tokens = app.tokens(await app.exchange(code));
    expect(refusal(await app.exchange(code))).toEqual([400, 'invalid_grant']);
    expect(refusal(await app.refresh(tokens.refresh_token))).toEqual([400, 'invalid_grant']);
  });

  test('of twenty at once, one gets tokens', async () => {
    app = deployment.app();
    const code = await app.obtainCode();
    await app.post('/token', { grant_type: 'refresh_token', client_id: app.clientId, refresh_token: 'to get a nonce' });
    const answers = await Promise.all(Array.from({ length: 20 }, () => app.exchange(code)));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
  });

  test('fails without a proof, and with dpop_jkt of another key', async () => {
    app = deployment.app();
    expect(refusal(await app.postOnce('/token', app.exchangeForm(await app.obtainCode())))).toEqual([400, 'invalid_grant']);
    const code = await app.obtainCode('ana', 'correct horse battery', { dpop_jkt: app.device.thumbprint });
    expect(refusal(await app.exchange(code, {}, createDevice()))).toEqual([400, 'invalid_grant']);
  });
});

describe('the proof at the token endpoint', () => {
  test('needs a nonce of the server, and gets one', async () => {
    app = deployment.app();
    const answer = await app.postOnce('/token', app.exchangeForm('any'), await app.device.prove(`${deployment.issuer}/token`));
    expect(refusal(answer)).toEqual([400, 'use_dpop_nonce']);
    expect(answer.headers['dpop-nonce']).toMatch(/^[\w-]{43}$/);
    const invented = await app.device.prove(`${deployment.issuer}/token`, randomBytes(32).toString('base64url'));
    expect(refusal(await app.postOnce('/token', app.exchangeForm('any'), invented))).toEqual([400, 'use_dpop_nonce']);
  });

  test('is refused for another method or address, and with a second use', async () => {
    app = deployment.app();
    const tokens = await app.signIn();
    const url = `${deployment.issuer}/token`;
    for (const proof of [
      await app.device.prove(`${deployment.issuer}/par`, app.nonce),
      await app.device.prove('https://elsewhere.example/token', app.nonce),
      await app.device.prove(url, app.nonce, { method: 'GET' }),
      'no proof at all',
    ]) {
      expect(refusal(await app.postOnce('/token', app.refreshForm(tokens.refresh_token), proof))).toEqual([400, 'invalid_dpop_proof']);
    }
    const proof = await app.device.prove(url, app.nonce);
    const next = app.tokens(await app.postOnce('/token', app.refreshForm(tokens.refresh_token), proof));
    expect(refusal(await app.postOnce('/token', app.refreshForm(next.refresh_token), proof))).toEqual([400, 'invalid_grant']);
    expect((await app.refresh(next.refresh_token)).status).toBe(200);
  });

  test('is worthless after a restart, because nonces are of one process', async () => {
    app = deployment.app();
    const tokens = await app.signIn();
    const proof = await app.device.prove(`${deployment.issuer}/token`, app.nonce);
    await deployment.restart();
    expect(refusal(await app.postOnce('/token', app.refreshForm(tokens.refresh_token), proof))).toEqual([400, 'use_dpop_nonce']);
    expect((await app.refresh(tokens.refresh_token)).status).toBe(200);
  });
});

describe('scopes', () => {
  test('are those the client may ask for, of those the API has', async () => {
    const reader = deployment.app({ clientId: 'reader-app', redirectUri: 'com.example.reader:/signed-in' });
    const tokens = await reader.signIn(undefined, undefined, { scope: 'openid orders:read orders:write admin nonsense' });
    expect(claimsOf(tokens.access_token).scope).toBe('orders:read');
    expect(tokens.scope).toBe('orders:read');
  });

  test('can be narrowed, not widened, at a refresh', async () => {
    app = deployment.app();
    const { refresh_token: token } = await app.signIn();
    const narrowed = app.tokens(await app.post('/token', { ...app.refreshForm(token), scope: 'orders:read' }));
    expect(claimsOf(narrowed.access_token).scope).toBe('orders:read');
    const form = { ...app.refreshForm(narrowed.refresh_token), scope: 'orders:read admin' };
    expect(refusal(await app.post('/token', form))).toEqual([400, 'invalid_scope']);
    expect(claimsOf(app.tokens(await app.refresh(narrowed.refresh_token)).access_token).scope).toBe('orders:read orders:write');
  });

  test('an ID token comes with openid, for the app and its nonce, and only then', async () => {
    app = deployment.app();
    const { id_token: idToken = '', access_token: accessToken } = await app.signIn(undefined, undefined, { nonce: 'of-the-app' });
    const claims = claimsOf(idToken);
    expect(claims).toMatchObject({ iss: deployment.issuer, aud: 'orders-app', nonce: 'of-the-app', sub: claimsOf(accessToken).sub });
    expect(await app.signIn(undefined, undefined, { scope: 'orders:read' })).not.toHaveProperty('id_token');
  });
});
