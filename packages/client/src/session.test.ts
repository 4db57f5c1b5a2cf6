import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Client } from './create-client.ts';
import { parseCredentials } from './credentials.ts';
import { createMemoryStore } from './memory/credential-store.ts';
import { createNodeDeviceKey } from './node/device-key.ts';
import { startWorld, type World } from './testing/world.ts';

let world: World;
beforeEach(async () => {
  world = await startWorld();
});
afterEach(() => world.close());

const stored = async () => parseCredentials((await world.store.read()) ?? '');
const refreshes = () => world.auth.requests.filter((line) => line === 'POST /token refresh_token').length;
const codes = (results: PromiseSettledResult<unknown>[]) =>
  results.map((result) => (result.status === 'fulfilled' ? 'ok' : (result.reason as { code: string }).code));

/** Makes every access token handed out so far worthless, as a change of keys at the issuer does. */
const expireTokens = () => world.auth.accessTokens.clear();

test('twenty requests that meet a 401 together make one refresh and are all answered', async () => {
  const client = world.client();
  await client.signIn();
  expireTokens();
  const answers = await Promise.all(Array.from({ length: 20 }, (_, index) => client.get(`/orders/${index}`)));
  expect(answers.map(({ status }) => status)).toEqual(Array(20).fill(200));
  expect(world.auth.rotations()).toBe(1);
  expect(world.api.admitted).toHaveLength(20);
});

test('those who wait for one refresh take the lock once', async () => {
  let taken = 0;
  const { lock } = world.platform;
  const run: typeof lock.run = (patience, task) => {
    taken++;
    return lock.run(patience, task);
  };
  const client = world.client({ platform: { ...world.platform, lock: { run } } });
  await client.signIn();
  await client.get('/warm-up');
  taken = 0;
  await world.clock.advance(950_000);
  await Promise.all(Array.from({ length: 20 }, () => client.get('/orders')));
  expect([taken, world.auth.rotations()]).toEqual([1, 1]);
});

test('one call renews once, however often it is retried', async () => {
  const client = world.client();
  await client.signIn();
  const refused = (_: unknown, response: { writeHead(status: number): { end(): void } }) => response.writeHead(401).end();
  world.api.next.push(refused as never, (_received, response) => response.writeHead(503).end(), refused as never);
  const answer = client.get('/orders').catch((error) => error);
  await world.clock.untilTimer((milliseconds) => milliseconds <= 500);
  await world.clock.advance(500);
  expect(await answer).toMatchObject({ code: 'http-status', status: 401 });
  expect(world.auth.rotations()).toBe(1);
});

test('a 401 that comes late, for tokens already renewed, is replayed without a refresh', async () => {
  const client = world.client();
  await client.signIn();
  await client.get('/warm-up');
  const old = (await stored())?.accessToken;
  // The late one is refused only after the early one has renewed everything.
  let refuseLate = (): void => {};
  const held = new Promise<void>((resolve) => {
    world.api.atTheDoor.push((_received, response) => {
      refuseLate = () => response.writeHead(401).end();
      resolve();
    });
  });
  const late = client.get('/late');
  await held;
  world.auth.accessTokens.delete(old ?? '');
  expect((await client.get('/early')).status).toBe(200);
  refuseLate();
  expect((await late).status).toBe(200);
  expect(world.auth.rotations()).toBe(1);
});

test('a refresh whose answer is lost is asked for again and nobody is signed out', async () => {
  const client = world.client();
  await client.signIn();
  const ended: string[] = [];
  client.onSessionEnded((why) => ended.push(why));
  expireTokens();
  world.auth.after('/token', (request) => {
    request.socket.destroy();
    return true;
  });
  const answer = client.get('/orders');
  await world.clock.untilTimer((milliseconds) => milliseconds <= 100);
  await world.clock.advance(100);
  expect((await answer).status).toBe(200);
  expect(world.auth.rotations()).toBe(1);
  expect(refreshes()).toBeGreaterThanOrEqual(2);
  expect(ended).toEqual([]);
});

test('an auth server that is down signs nobody out; the next request recovers', async () => {
  const client = world.client();
  await client.signIn();
  expireTokens();
  const down = (_: unknown, response: { writeHead(status: number): { end(): void } }) => {
    response.writeHead(503).end();
    return true;
  };
  for (let attempt = 0; attempt < 3; attempt++) world.auth.before('/token', down as never);
  const answer = client.post('/orders', { body: {} }).catch((error) => error);
  for (let wait = 0; wait < 2; wait++) {
    await world.clock.untilTimer((milliseconds) => milliseconds <= 3000);
    await world.clock.advance(3000);
  }
  expect(await answer).toMatchObject({ code: 'http-status', status: 503 });
  expect(await client.session()).toBeDefined();
  expect((await client.get('/orders')).status).toBe(200);
});

test('the new pair is in the store before anybody goes on with it', async () => {
  const client = world.client();
  await client.signIn();
  expireTokens();
  const order: string[] = [];
  const { save } = world.store;
  world.store.save = async (text) => {
    order.push('saving');
    // Long enough for a waiter that did not wait to reach the API.
    await new Promise((resolve) => setImmediate(() => setImmediate(resolve)));
    await save(text);
    order.push('saved');
  };
  world.api.answer = (_received, response) => {
    order.push('request');
    response.writeHead(204).end();
  };
  await Promise.all([client.get('/a'), client.get('/b')]);
  expect(order).toEqual(['saving', 'saved', 'request', 'request']);
});

test('a pair that cannot be saved goes to nobody, and is got again once the store is open', async () => {
  const client = world.client();
  await client.signIn();
  expireTokens();
  const { save } = world.store;
  world.store.save = () => Promise.reject(new Error('disk full'));
  await expect(client.get('/orders')).rejects.toMatchObject({ code: 'platform-failure' });
  world.store.save = save;
  expect((await client.get('/orders')).status).toBe(200);
  expect(world.auth.rotations()).toBe(1);
});

test('a refused refresh token ends the session once, for all who wait, and wipes token and key', async () => {
  const client = world.client();
  await client.signIn();
  const ended: string[] = [];
  client.onSessionEnded((why) => ended.push(why));
  client.onSessionEnded(() => {
    throw new Error('a listener that fails');
  });
  client.onSessionEnded((why) => ended.push(`second ${why}`));
  world.auth.revokeEverything();
  const results = await Promise.allSettled(Array.from({ length: 20 }, () => client.get('/orders')));
  expect(codes(results)).toEqual(Array(20).fill('session-ended'));
  expect(ended).toEqual(['refused', 'second refused']);
  expect(await world.store.read()).toBeUndefined();
  expect(await world.platform.deviceKey.load()).toBeUndefined();
  await expect(client.get('/orders')).rejects.toMatchObject({ code: 'sign-in-required' });
  expect(ended).toHaveLength(2);
});

test('a refusal for tokens that were replaced meanwhile wipes nothing', async () => {
  const client = world.client();
  await client.signIn();
  expireTokens();
  const newer = JSON.stringify({ ...JSON.parse((await world.store.read()) ?? ''), generation: 'newer', accessToken: 'at-newer' });
  world.auth.before('/token', async (_request, response) => {
    await world.store.save(newer);
    response.writeHead(400, { 'content-type': 'application/json' }).end('{"error":"invalid_grant"}');
    return true;
  });
  await expect(client.post('/orders', { body: {} })).rejects.toMatchObject({ code: 'http-status', status: 401 });
  expect(await world.store.read()).toBe(newer);
});

test('any other refusal of the token endpoint is no sign-out', async () => {
  const client = world.client();
  await client.signIn();
  expireTokens();
  world.auth.before('/token', (_request, response) => {
    response.writeHead(400, { 'content-type': 'application/json' }).end('{"error":"invalid_request"}');
    return true;
  });
  await expect(client.get('/orders')).rejects.toMatchObject({ code: 'http-status', status: 400 });
  expect(await client.session()).toBeDefined();
});

test('signing out during a refresh ends the waiters, and the late answer does not bring the session back', async () => {
  const client = world.client();
  await client.signIn();
  await client.get('/warm-up');
  const ended: string[] = [];
  client.onSessionEnded((why) => ended.push(why));
  expireTokens();
  let answerLate = (): void => {};
  const held = new Promise<void>((resolve) => {
    world.auth.after('/token', (_request, response) => {
      answerLate = () => response.writeHead(200).end('{}');
      resolve();
      return true;
    });
  });
  const waiting = Promise.allSettled([client.get('/a'), client.get('/b')]);
  await held;
  expect(await client.signOut()).toBe('revoked');
  expect(codes(await waiting)).toEqual(['session-ended', 'session-ended']);
  answerLate();
  expect(await world.store.read()).toBeUndefined();
  expect(await client.session()).toBeUndefined();
  expect(ended).toEqual(['signed-out']);
});

test('a sign-out elsewhere that lost its patience is not undone by a refresh that ends late', async () => {
  const [one, two] = [world.client(), world.client()];
  await one.signIn();
  expireTokens();
  let answer = (): void => {};
  const held = new Promise<void>((resolve) => {
    world.auth.before('/token', (_request, response) => {
      const late = { access_token: 'at-late', refresh_token: 'rt-late', token_type: 'DPoP', expires_in: 900 };
      answer = () => response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(late));
      resolve();
      return true;
    });
  });
  const waiting = one.get('/orders').catch((error) => error);
  await held;
  const signingOut = two.signOut();
  await world.clock.untilTimer((milliseconds) => milliseconds === 5000);
  await world.clock.advance(5000);
  expect(await signingOut).toBe('revoked');
  answer();
  expect(await waiting).toMatchObject({ code: 'session-ended' });
  expect(await world.store.read()).toBeUndefined();
});

test('tokens are renewed early, once, when less than five minutes are left', async () => {
  const client = world.client();
  await client.signIn();
  await world.clock.advance(599_000);
  await client.get('/orders');
  expect(world.auth.rotations()).toBe(0);
  await world.clock.advance(2000);
  await Promise.all([client.get('/a'), client.get('/b'), client.get('/c')]);
  expect(world.auth.rotations()).toBe(1);
  expect(world.api.received.filter(({ url }) => url === '/a')).toHaveLength(1);
});

test('an early renewal that fails, or dawdles, holds no request up', async () => {
  const client = world.client();
  await client.signIn();
  await client.get('/warm-up');
  await world.clock.advance(700_000);
  world.auth.before('/token', (_request, response) => {
    response.writeHead(400, { 'content-type': 'application/json' }).end('{"error":"temporarily"}');
    return true;
  });
  expect((await client.get('/orders')).status).toBe(200);
  const before = refreshes();
  expect((await client.get('/orders')).status).toBe(200);
  expect(refreshes()).toBe(before);
  await world.clock.advance(10_000);
  // Never answers.
  world.auth.before('/token', () => true);
  const answer = client.get('/orders');
  await world.clock.untilTimer((milliseconds) => milliseconds === 3000);
  await world.clock.advance(3000);
  expect((await answer).status).toBe(200);
  // The next ones do not wait for it again: no time passes here.
  expect((await client.get('/orders')).status).toBe(200);
});

test.each([
  ['fast', 600_000],
  ['slow', -600_000],
])('a clock ten minutes %s changes nothing', async (_, offset) => {
  world.clock.setNow(Date.now() + offset);
  const client = world.client();
  await client.signIn();
  expect((await client.get('/orders')).status).toBe(200);
  expect(world.auth.rotations()).toBe(0);
  expireTokens();
  expect((await client.get('/orders')).status).toBe(200);
  expect(world.auth.rotations()).toBe(1);
});

test('a clock that jumps back does not keep a dead token alive', async () => {
  const client = world.client();
  await client.signIn();
  world.clock.setNow(Date.now() - 86_400_000);
  expireTokens();
  expect((await client.get('/orders')).status).toBe(200);
});

test('two clients of one store renew once', async () => {
  const [one, two] = [world.client(), world.client()];
  await one.signIn();
  expireTokens();
  await Promise.all([one.get('/a'), two.get('/b'), one.get('/c'), two.get('/d')]);
  expect(world.auth.rotations()).toBe(1);
  const ended: string[] = [];
  two.onSessionEnded((why) => ended.push(why));
  await one.signOut();
  await expect(two.get('/a')).rejects.toMatchObject({ code: 'sign-in-required' });
  expect(ended).toEqual(['ended-elsewhere']);
});

test('an API that refuses every token makes no storm of refreshes, and signs nobody out', async () => {
  const client = world.client();
  await client.signIn();
  world.api.answer = (_received, response) => response.writeHead(401).end();
  for (let call = 0; call < 12; call++) {
    await expect(client.get('/orders')).rejects.toMatchObject({ code: 'http-status', status: 401 });
  }
  expect(world.auth.rotations()).toBe(5);
  await world.clock.advance(30_000);
  await expect(client.get('/orders')).rejects.toMatchObject({ status: 401 });
  expect(world.auth.rotations()).toBe(6);
  expect(await client.session()).toBeDefined();
});

test('a locked store is not an absent session', async () => {
  const client = world.client();
  await client.signIn();
  const ended: string[] = [];
  client.onSessionEnded((why) => ended.push(why));
  world.store.locked = true;
  await expect(client.get('/orders')).rejects.toMatchObject({ code: 'store-locked' });
  await expect(client.session()).rejects.toMatchObject({ code: 'store-locked' });
  await expect(client.signOut()).rejects.toMatchObject({ code: 'store-locked' });
  expect(ended).toEqual([]);
  world.store.locked = false;
  expect((await client.get('/orders')).status).toBe(200);
});

test('tokens without their key (a restored backup) end the session instead of failing for ever', async () => {
  await world.client().signIn();
  const client = world.client({ platform: { ...world.platform, deviceKey: createNodeDeviceKey() } });
  const ended: string[] = [];
  client.onSessionEnded((why) => ended.push(why));
  await expect(client.get('/orders')).rejects.toMatchObject({ code: 'session-ended', why: 'device-key-lost' });
  expect(ended).toEqual(['device-key-lost']);
});

test('a key that seems lost while somebody signs in anew does not cost the new session', async () => {
  await world.client().signIn();
  const newer = JSON.stringify({ ...JSON.parse((await world.store.read()) ?? ''), generation: 'newer' });
  const { deviceKey } = world.platform;
  let lost = true;
  const load = async () => {
    if (!lost) return deviceKey.load();
    lost = false;
    await world.store.save(newer);
    return undefined;
  };
  const client = world.client({ platform: { ...world.platform, deviceKey: { ...deviceKey, load } } });
  expect((await client.get('/orders')).status).toBe(200);
  expect(await world.store.read()).toBe(newer);
  expect(await deviceKey.load()).toBeDefined();
});

test('a request with tokens whose key is lost does not take the key of a sign-in that is under way', async () => {
  await world.client().signIn();
  await world.platform.deviceKey.remove();
  const { browser } = world.platform;
  const outcomes: string[] = [];
  const client: Client = world.client({
    platform: {
      ...world.platform,
      browser: {
        async open(url, redirectUri) {
          outcomes.push(await client.get('/orders').catch(({ why }) => why));
          return browser.open(url, redirectUri);
        },
      },
    },
  });
  await client.signIn();
  expect(outcomes).toEqual(['device-key-lost']);
  expect((await client.get('/orders')).status).toBe(200);
});

test('tokens are judged lost under the lock, so that a sign-in elsewhere cannot be wiped between a look and a clear', async () => {
  await world.client().signIn();
  let held = false;
  const { lock, store, deviceKey } = world.platform;
  const client = world.client({
    platform: {
      ...world.platform,
      deviceKey: { ...deviceKey, load: async () => undefined },
      lock: {
        run: (patience, task) =>
          lock.run(patience, async () => {
            held = true;
            return task().finally(() => {
              held = false;
            });
          }),
      },
      store: {
        ...store,
        clear: async () => {
          expect(held).toBe(true);
          await store.clear();
        },
      },
    },
  });
  await expect(client.get('/orders')).rejects.toMatchObject({ why: 'device-key-lost' });
  expect(await store.read()).toBeUndefined();
});

test('a damaged or foreign record is no session', async () => {
  const client = world.client();
  for (const text of ['', '{', '{"version":1}', '{"version":2}', 'null']) {
    await world.store.save(text);
    expect(await client.session()).toBeUndefined();
  }
  const other = createMemoryStore();
  await world.client({ platform: { ...world.platform, store: other } }).signIn();
  await world.store.save((await other.read()) ?? '');
  expect(await client.session()).toBeDefined();
  expect(await world.client({ clientId: 'another-app' }).session()).toBeUndefined();
});

test('refresh() renews at once, and what a server may not do is refused', async () => {
  const client = world.client();
  await client.signIn();
  const before = await stored();
  await client.refresh();
  expect((await stored())?.accessToken).not.toBe(before?.accessToken);
  world.auth.before('/token', (_request, response) => {
    const bearer = { access_token: 'at', token_type: 'Bearer', expires_in: 900 };
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(bearer));
    return true;
  });
  await expect(client.refresh()).rejects.toMatchObject({ code: 'invalid-response' });
});
