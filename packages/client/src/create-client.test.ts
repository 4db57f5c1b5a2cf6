import { inspect } from 'node:util';
import { afterEach, beforeEach, describe, expect, expectTypeOf, test } from 'vitest';
import type { Client } from './create-client.ts';
import { ClientError } from './errors.ts';
import { answerJson, refuse, SUPPORT_CODE } from './testing/scripted-api.ts';
import { REDIRECT_URI, startWorld, type World } from './testing/world.ts';

let world: World;
beforeEach(async () => {
  world = await startWorld();
});
afterEach(() => world.close());

const failure = (work: Promise<unknown>) => work.then(() => expect.fail('it succeeded')).catch((error) => error);

describe('a session from end to end', () => {
  test('sign in, call, sign out', async () => {
    const client = world.client({ scopes: ['openid', 'orders.read'] });
    expect(await client.session()).toBeUndefined();
    const state = await client.signIn();
    expect(state).toEqual({ scope: 'orders.read', subject: 'ada', expiresAt: world.clock.now() + 900_000 });
    expect(await client.session()).toEqual(state);
    const answer = await client.post('/orders', { body: { item: 'tea' }, query: { draft: true }, headers: { 'X-Trace': 'a' } });
    expect(answer).toMatchObject({ status: 200, value: { ok: true } });
    expect(world.api.admitted[0]).toMatchObject({ method: 'POST', url: '/orders?draft=true', body: '{"item":"tea"}' });
    expect(world.api.admitted[0]?.headers).toMatchObject({
      'content-type': 'application/json',
      accept: 'application/json',
      'x-trace': 'a',
    });
    const refreshToken = JSON.parse((await world.store.read()) ?? '').refreshToken;
    expect(await client.signOut()).toBe('revoked');
    expect(world.auth.revoked).toEqual([refreshToken]);
    expect([await world.store.read(), await world.platform.deviceKey.load(), await client.session()]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
    await expect(client.get('/orders')).rejects.toMatchObject({ code: 'sign-in-required' });
  });

  test('signing out again does nothing, and offline it wipes all the same', async () => {
    const client = world.client();
    const ended: string[] = [];
    const stop = client.onSessionEnded((why) => ended.push(why));
    expect(await client.signOut()).toBe('none');
    await client.signIn();
    await world.auth.close();
    expect(await client.signOut()).toBe('unconfirmed');
    expect(await world.store.read()).toBeUndefined();
    expect(await client.signOut()).toBe('none');
    expect(ended).toEqual(['signed-out']);
    stop();
  });

  test('signing out while the browser is open gives the sign-in up', async () => {
    const client = world.client();
    const { browser } = world.platform;
    const slow = world.client({
      platform: {
        ...world.platform,
        browser: {
          async open(url, redirectUri) {
            const address = await browser.open(url, redirectUri);
            await client.signOut();
            return address;
          },
        },
      },
    });
    await expect(slow.signIn()).rejects.toMatchObject({ code: 'sign-in-cancelled' });
    expect(await world.store.read()).toBeUndefined();
  });

  test('a sign-in that comes back while a sign-out is still revoking is given up, not left without its key', async () => {
    const { browser, transport } = world.platform;
    let release = (): void => {};
    const redeemed = new Promise<false>((resolve) => {
      release = () => resolve(false);
    });
    const client: Client = world.client({
      platform: {
        ...world.platform,
        transport: {
          async send(request) {
            const answer = await transport.send(request);
            if (request.url.endsWith('/token') && answer.status === 200) setImmediate(release);
            return answer;
          },
        },
        browser: {
          async open(url, redirectUri) {
            const address = await browser.open(url, redirectUri);
            world.auth.before('/revoke', () => redeemed);
            void client.signOut();
            await expect.poll(() => world.auth.requests).toContain('POST /revoke');
            return address;
          },
        },
      },
    });
    await world.client().signIn();
    await expect(client.signIn()).rejects.toMatchObject({ code: 'sign-in-cancelled' });
    await client.signOut();
    expect(await world.store.read()).toBeUndefined();
  });

  test('a sign-in at once after a sign-out waits for it, and keeps its own key', async () => {
    const client = world.client();
    await client.signIn();
    const [revocation, , again] = await Promise.all([client.signOut(), client.signIn(), client.signOut()]);
    expect([revocation, again]).toEqual(['revoked', 'revoked']);
    expect((await client.get('/orders')).status).toBe(200);
  });

  test('every session has a key of its own', async () => {
    const client = world.client();
    await client.signIn();
    const first = (await world.platform.deviceKey.load())?.jwk;
    await client.signOut();
    await client.signIn();
    expect((await world.platform.deviceKey.load())?.jwk).not.toEqual(first);
  });

  test('two calls of signIn show one sign-in; one that is given up leaves the old session alone', async () => {
    const client = world.client();
    const [one, two] = await Promise.all([client.signIn(), client.signIn()]);
    expect(one).toBe(two);
    const impatient = world.client({ platform: { ...world.platform, browser: { open: async () => undefined } } });
    await expect(impatient.signIn()).rejects.toMatchObject({ code: 'sign-in-cancelled' });
    expect((await client.get('/orders')).status).toBe(200);
  });
});

describe('a sign-in believes nothing that it cannot check', () => {
  test.each<[string, Record<string, string | undefined>, object]>([
    ['another state', { state: 'mine' }, { code: 'sign-in-failed', fault: 'state-mismatch' }],
    ['no state', { state: undefined }, { code: 'sign-in-failed', fault: 'state-mismatch' }],
    ['another issuer', { iss: 'https://evil.example' }, { code: 'sign-in-failed', fault: 'issuer-mismatch' }],
    ['no issuer, though it names itself', { iss: undefined }, { code: 'sign-in-failed', fault: 'issuer-mismatch' }],
    ['a code of somebody else', { code: 'code-stolen' }, { code: 'sign-in-failed', fault: 'code-refused' }],
    ['no', { code: undefined, error: 'access_denied' }, { code: 'sign-in-cancelled' }],
    ['an error', { code: undefined, error: 'server_error' }, { code: 'sign-in-failed', fault: 'authorization-refused' }],
    ['nonsense', { code: undefined }, { code: 'sign-in-failed', fault: 'callback-malformed' }],
  ])('the browser brings %s', async (_, callback, error) => {
    world.auth.callback = callback;
    expect(await failure(world.client().signIn())).toMatchObject(error);
    expect(await world.store.read()).toBeUndefined();
    expect(world.auth.rotations()).toBe(0);
  });

  test.each<[string, Record<string, unknown>]>([
    ['of another issuer', { issuer: 'https://evil.example' }],
    ['without S256', { code_challenge_methods_supported: ['plain'] }],
    ['without DPoP', { dpop_signing_alg_values_supported: undefined }],
    ['with a token endpoint over plain HTTP', { token_endpoint: 'http://localhost/token' }],
    ['that sends the browser to a script', { authorization_endpoint: 'javascript:alert(1)' }],
  ])('metadata %s', async (_, metadata) => {
    world.auth.metadata = metadata;
    expect(await failure(world.client().signIn())).toMatchObject({ code: 'sign-in-failed', fault: 'metadata' });
    expect(world.auth.requests).toEqual(['GET /.well-known/openid-configuration']);
  });

  test.each<[string, object]>([
    ['a bearer token', { access_token: 'at', token_type: 'Bearer' }],
    ['no token', { token_type: 'DPoP' }],
    ['a token that would break a header', { access_token: 'a\r\nb', token_type: 'DPoP' }],
    ['a life that is no number', { access_token: 'at', token_type: 'DPoP', expires_in: '900' }],
    ['no ID token, though one was asked for', { access_token: 'at', token_type: 'DPoP', expires_in: 900 }],
    [
      'an ID token of another',
      { access_token: 'at', token_type: 'DPoP', id_token: `e30.${Buffer.from('{"iss":"x","sub":"eve"}').toString('base64url')}.` },
    ],
  ])('a token response with %s', async (_, body) => {
    world.auth.after('/token', (_request, response) => {
      answerJson(response, 200, body);
      return true;
    });
    const client = world.client({ scopes: ['openid'] });
    expect(await failure(client.signIn())).toMatchObject({ code: 'sign-in-failed', fault: 'token-malformed' });
    expect(await world.store.read()).toBeUndefined();
  });

  test('without pushed requests the question goes with the browser', async () => {
    world.auth.metadata = { pushed_authorization_request_endpoint: undefined };
    const client = world.client();
    await client.signIn();
    expect(world.auth.requests).not.toContain('POST /par');
    expect((await client.get('/orders')).status).toBe(200);
  });

  test('a server that is down is offline, not a failed sign-in', async () => {
    await world.auth.close();
    await expect(world.client().signIn()).rejects.toMatchObject({ code: 'offline' });
  });
});

describe('proofs', () => {
  test('a nonce is got once, kept, and renewed when the server changes it', async () => {
    const client = world.client();
    await client.signIn();
    await client.get('/a');
    expect(world.api.received).toHaveLength(2);
    await client.get('/b');
    expect(world.api.received).toHaveLength(3);
    world.api.proofs.renewNonce();
    expect((await client.get('/c')).status).toBe(200);
    expect(world.api.received).toHaveLength(5);
    expect(world.auth.rotations()).toBe(0);
  });

  test('a server that is never content with its nonce is asked twice, not for ever', async () => {
    const client = world.client();
    await client.signIn();
    const stubborn = (_: unknown, response: Parameters<typeof refuse>[0]) =>
      refuse(response, 'proof-nonce-required', { 'dpop-nonce': 'n' });
    world.api.atTheDoor.push(stubborn, stubborn, stubborn, stubborn);
    expect(await failure(client.get('/a'))).toMatchObject({ code: 'http-status', status: 401, reason: 'proof-nonce-required' });
    expect(world.api.received).toHaveLength(2);
    expect(world.auth.rotations()).toBe(0);
  });

  test('every attempt has a proof of its own, and a public request none', async () => {
    const client = world.client();
    await client.signIn();
    world.api.next.push((_received, response) => response.writeHead(503).end());
    const answer = client.get('/a');
    await world.clock.untilTimer((milliseconds) => milliseconds <= 500);
    await world.clock.advance(500);
    await answer;
    const proofs = world.api.received.map(({ headers }) => headers.dpop);
    expect(new Set(proofs).size).toBe(proofs.length);
    world.api.atTheDoor.push((_received, response) => answerJson(response, 200, {}));
    await client.get('/status', { access: 'public' });
    expect(world.api.received.at(-1)?.headers).not.toHaveProperty('authorization');
    expect(world.api.received.at(-1)?.headers).not.toHaveProperty('dpop');
  });
});

describe('answers and errors', () => {
  const signedIn = async () => {
    const client = world.client();
    await client.signIn();
    return client;
  };

  test('a decoder gives the type, and what it refuses is an invalid response', async () => {
    const client = await signedIn();
    const decode = (value: unknown) => {
      const { ok } = value as { ok: boolean };
      if (typeof ok !== 'boolean') throw new TypeError(`not ok: ${JSON.stringify(value)}`);
      return { ok };
    };
    const { value } = await client.get('/a', { decode });
    expectTypeOf(value).toEqualTypeOf<{ ok: boolean }>();
    expectTypeOf((await client.get('/a')).value).toBeUnknown();
    world.api.next.push((_received, response) => answerJson(response, 200, { name: 'canary-name' }));
    const error = await failure(client.get('/b', { decode }));
    expect(error).toMatchObject({ code: 'invalid-response' });
    expect(error.message).not.toContain('canary');
  });

  test.each<[string, string, string, unknown]>([
    ['application/json; charset=utf-8', '{"a":1}', 'JSON', { a: 1 }],
    ['application/vnd.api+json', '[]', 'JSON', []],
    ['text/plain', 'gr\u00fcn', 'text', 'gr\u00fcn'],
    ['image/png', 'abc', 'bytes', Buffer.from('abc')],
    ['application/json', '', 'nothing', undefined],
  ])('%s %j is %s', async (type, body, _, value) => {
    const client = await signedIn();
    world.api.answer = (_received, response) => response.writeHead(200, { 'content-type': type }).end(body);
    expect((await client.get('/a')).value).toEqual(value);
  });

  test.each([
    ['application/json', '{"a":'],
    ['text/plain', Buffer.of(0xff)],
  ])('%s that is none is an invalid response', async (type, body) => {
    const client = await signedIn();
    world.api.answer = (_received, response) => response.writeHead(200, { 'content-type': type }).end(body);
    await expect(client.get('/a')).rejects.toMatchObject({ code: 'invalid-response' });
  });

  test('a refusal of the gateway has its reason and support code, and only our words', async () => {
    const client = await signedIn();
    world.api.next.push((_received, response) => refuse(response, 'scope-insufficient'));
    const error = await failure(client.get('/a'));
    expect(error).toBeInstanceOf(ClientError);
    expect(error).toMatchObject({ code: 'http-status', status: 403, reason: 'scope-insufficient', supportCode: SUPPORT_CODE });
    world.api.next.push((_received, response) =>
      response.writeHead(500, { 'content-type': 'text/html', 'x-correlation-id': SUPPORT_CODE }).end('<h1>SQL error at line 7'),
    );
    const raw = await failure(client.post('/a'));
    expect(raw).toMatchObject({ code: 'http-status', status: 500, reason: undefined, supportCode: SUPPORT_CODE });
    expect(raw.message).not.toContain('SQL');
    world.api.next.push((_received, response) => refuse(response, 'principal-rate-limited', { 'retry-after': '60' }));
    expect(await failure(client.get('/a'))).toMatchObject({ code: 'rate-limited', retryAfter: 60_000, supportCode: SUPPORT_CODE });
  });

  test('what a backend says of a refusal is read only when asked for, and is shown nowhere', async () => {
    const client = await signedIn();
    world.api.answer = (_received, response) => answerJson(response, 422, { wrong: ['canary'] });
    const decodeError = (value: unknown) => (value as { wrong: string[] }).wrong;
    const error = await failure(client.post('/a', { body: {}, decodeError }));
    expect(error).toMatchObject({ code: 'http-status', status: 422, detail: ['canary'] });
    expect(`${inspect(error, { showHidden: true })}${JSON.stringify(error)}`).not.toContain('canary');
    expect((await failure(client.post('/a'))).detail).toBeUndefined();
    const demanding = () => expect.fail('not understood');
    expect(await failure(client.post('/a', { decodeError: demanding }))).toMatchObject({ status: 422, detail: undefined });
  });

  test('a redirect is an answer like any other: nothing follows it', async () => {
    const client = await signedIn();
    world.api.next.push((_received, response) => response.writeHead(302, { location: 'https://evil.example/' }).end());
    expect(await failure(client.get('/a'))).toMatchObject({ code: 'http-status', status: 302 });
  });

  test.each<[string, object]>([
    ['a method nobody knows', { method: 'get', path: '/' }],
    ['a path that leaves', { method: 'GET', path: '/../a' }],
    ['a credential of its own', { method: 'GET', path: '/', headers: { Authorization: 'Bearer x' } }],
    ['a proof of its own', { method: 'GET', path: '/', headers: { dPoP: 'x' } }],
    ['a smuggled line', { method: 'GET', path: '/', headers: { a: 'b\r\nhost: evil' } }],
    ['a framing of its own', { method: 'GET', path: '/', headers: { 'Transfer-Encoding': 'chunked' } }],
    ['a body that is no JSON', { method: 'POST', path: '/', body: { big: 1n } }],
    ['a map, which JSON would say as {}', { method: 'POST', path: '/', body: new Map([['a', 1]]) }],
    ['a function for a body', { method: 'POST', path: '/', body: () => 1 }],
  ])('%s is refused before anything is sent', async (_, request) => {
    const client = await signedIn();
    await expect(client.request(request as never)).rejects.toMatchObject({ code: 'invalid-request' });
    expect(world.api.received).toEqual([]);
  });

  test('bytes are sent as they are', async () => {
    const client = await signedIn();
    const bytes = new Uint8Array([104, 105]);
    for (const body of [bytes, bytes.buffer, new DataView(bytes.buffer)]) await client.put('/a', { body });
    const sent = { body: 'hi', headers: { 'content-type': 'application/octet-stream' } };
    expect(world.api.admitted).toMatchObject([sent, sent, sent]);
  });

  test('a part of the platform that fails is named so, and its words are dropped', async () => {
    const client = await signedIn();
    world.store.read = () => Promise.reject(new Error('keychain says canary'));
    for (const work of [client.get('/a'), client.session(), client.signOut(), client.refresh()]) {
      const error = await failure(work);
      expect(error).toMatchObject({ code: 'platform-failure' });
      expect(error.message).not.toContain('canary');
    }
  });
});

describe('options', () => {
  test.each<[string, object, string]>([
    ['plain HTTP', { api: 'http://api.example' }, 'insecure-url'],
    ['a plain HTTP issuer', { issuer: 'http://auth.example' }, 'insecure-url'],
    ['another host excepted', { api: 'http://api.example', plainHttpHosts: ['localhost:3000'] }, 'insecure-url'],
    ['an exception for all', { plainHttpHosts: ['*'] }, 'invalid-option'],
    ['an address with a query', { api: 'https://api.example/?a' }, 'invalid-option'],
    ['no address', { api: 'api.example' }, 'invalid-option'],
    ['a redirect URI with a query', { redirectUri: `${REDIRECT_URI}?a` }, 'invalid-option'],
    ['a redirect URI without a scheme', { redirectUri: '/signed-in' }, 'invalid-option'],
    ['a scope with a space', { scopes: ['a b'] }, 'invalid-option'],
    ['no time', { timeout: 0 }, 'invalid-option'],
    ['more time than timers can count, which they take for none', { timeout: 2 ** 31 }, 'invalid-option'],
    ['an API with dot segments', { api: 'https://api.example/v1/../admin' }, 'invalid-option'],
  ])('%s is refused', (_, options, code) => {
    expect(() => world.client(options)).toThrow(expect.objectContaining({ code }));
  });

  test('plain HTTP is possible for a host by name, and is written down', () => {
    world.client({ api: 'http://localhost:3000', plainHttpHosts: ['localhost:3000'] });
    expect(world.logger.records).toContainEqual({ event: 'plain-http-allowed', hosts: ['localhost:3000'] });
  });
});
