import { inspect } from 'node:util';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Client } from './create-client.ts';
import { startWorld, type World } from './testing/world.ts';

let world: World;
beforeEach(async () => {
  world = await startWorld();
});
afterEach(() => world.close());

/** Everything anybody could print of a value. */
function print(value: unknown): string {
  const chain: unknown[] = [];
  for (let at = value; at !== undefined && at !== null && chain.length < 10; at = (at as { cause?: unknown }).cause) chain.push(at);
  return chain
    .flatMap((item) => [JSON.stringify(item), inspect(item, { showHidden: true, depth: 12 }), String(item), (item as Error).stack ?? ''])
    .join('\n');
}

/** Does everything a client can do and everything that can go wrong with it, and collects what comes out. */
async function live(client: Client): Promise<unknown[]> {
  const out: unknown[] = [];
  const note = async (work: () => Promise<unknown>) => out.push(await work().catch((error) => error));
  await note(() => client.signIn());
  await note(() => client.get('/orders', { query: { email: 'canary-query' } }));
  world.api.next.push((_received, response) => response.writeHead(500).end('canary-server-text'));
  await note(() => client.post('/orders', { body: { password: 'canary-body' }, headers: { 'x-custom': 'canary-header' } }));
  world.api.next.push((_received, response) => response.writeHead(200, { 'content-type': 'application/json' }).end('{"canary-json'));
  await note(() => client.get('/orders'));
  world.api.next.push((received, response) => {
    // An API that tells back whatever it was sent.
    const echo = JSON.stringify({ reason: 'token-expired', title: received.headers.authorization, supportCode: received.headers.dpop });
    response.writeHead(403, { 'content-type': 'application/problem+json', 'x-correlation-id': received.headers.authorization }).end(echo);
  });
  await note(() => client.get('/orders'));
  world.api.next.push((received, _response) => void received);
  const hanging = client.post('/orders', { idempotencyKey: 'canary-key', body: {} }).catch((error) => error);
  await world.clock.untilTimer((milliseconds) => milliseconds === 15_000);
  const controller = new AbortController();
  controller.abort();
  await note(() => client.get('/orders', { signal: controller.signal }));
  await world.clock.advance(40_000);
  out.push(await hanging);
  world.auth.before('/token', (_request, response, form) => {
    response.writeHead(400, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ error: form.get('refresh_token'), error_description: form.get('refresh_token') }));
    return true;
  });
  await note(() => client.refresh());
  world.auth.callback = { code: 'canary-code' };
  await note(() => client.signIn());
  const broken = () => Promise.reject(new Error(`cannot decrypt ${stolen.join(' ')}`));
  const { read } = world.store;
  world.store.read = broken;
  await note(() => client.get('/orders'));
  world.store.read = read;
  await note(() => client.session());
  await note(() => client.signOut());
  return out;
}

/** Every token and key the servers ever gave out or the store ever held. */
const stolen: string[] = [];

test('no token, key, code, body, query value or server text is in any log record, error or object', async () => {
  const { save } = world.store;
  world.store.save = (text) => {
    const { accessToken, refreshToken } = JSON.parse(text);
    stolen.push(accessToken, refreshToken);
    return save(text);
  };
  const client = world.client({ scopes: ['openid', 'orders.read'] });
  const outcomes = await live(client);
  const sent = world.api.received.flatMap(({ headers }) => [headers.dpop, headers.authorization?.split(' ')[1]]);
  const secrets = [...stolen, ...sent.filter((text) => text !== undefined), 'canary'];
  expect(stolen.length).toBeGreaterThanOrEqual(2);
  // Answers are the app's own data; what is left is what the client says by itself.
  const said = outcomes.filter((outcome) => !(outcome as { value?: unknown }).value);
  const shown = [
    ...said.map(print),
    ...world.logger.records.map((entry) => JSON.stringify(entry)),
    inspect(client, { showHidden: true, depth: 12 }),
  ];
  expect(world.logger.records.length).toBeGreaterThan(10);
  const codes = said.map((outcome) => (outcome as { code?: string }).code);
  for (const code of ['http-status', 'invalid-response', 'cancelled', 'outcome-unknown', 'sign-in-failed', 'platform-failure'])
    expect(codes).toContain(code);
  for (const text of shown) for (const secret of secrets) expect(text).not.toContain(secret);
});
