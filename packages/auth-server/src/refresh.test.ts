import { authMigrations, createOAuthStore, openDatabase } from '@sallyport/storage';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { App, Tokens } from './testing/app.ts';
import type { Answer } from './testing/browser.ts';
import { type Deployment, deploy } from './testing/deployment.ts';
import { createDevice } from './testing/device.ts';

let deployment: Deployment;
let app: App;
let first: Tokens;
beforeEach(async () => {
  deployment = await deploy();
  app = deployment.app();
  first = await app.signIn();
});
afterEach(async () => {
  vi.useRealTimers();
  await deployment.close();
});

const refused = ({ status, text }: Answer) => {
  expect([status, JSON.parse(text).error]).toEqual([400, 'invalid_grant']);
};
const outcomes = () =>
  deployment.lines.map(({ outcome }) => outcome).filter((outcome) => /^re/.test(String(outcome)) && outcome !== 'refused');

test('twenty at once make one rotation, and all get the same answer', async () => {
  const answers = await Promise.all(Array.from({ length: 20 }, () => app.refresh(first.refresh_token)));
  const tokens = answers.map((answer) => app.tokens(answer));
  expect(new Set(tokens.map(({ refresh_token: token }) => token)).size).toBe(1);
  expect(new Set(tokens.map(({ access_token: token }) => token)).size).toBe(1);
  await vi.waitFor(() => expect(outcomes().sort()).toEqual([...new Array(19).fill('recovered'), 'refreshed']));
  expect((await app.refresh(tokens[0]?.refresh_token ?? '')).status).toBe(200);
});

test('a lost answer is given again, as often as asked, until the successor is used', async () => {
  const lost = app.tokens(await app.refresh(first.refresh_token));
  for (let again = 0; again < 3; again++)
    expect(app.tokens(await app.refresh(first.refresh_token))).toEqual({ ...lost, expires_in: expect.any(Number) });
  const third = app.tokens(await app.refresh(lost.refresh_token));
  refused(await app.refresh(first.refresh_token));
  // Reuse after use: the session is over, also for the newest token.
  refused(await app.refresh(third.refresh_token));
  await vi.waitFor(() => expect(outcomes()).toContain('refresh-reused'));
});

test('reuse ends the session of that device and of no other', async () => {
  const tablet = deployment.app();
  const other = await tablet.signIn();
  const second = app.tokens(await app.refresh(first.refresh_token));
  app.tokens(await app.refresh(second.refresh_token));
  refused(await app.refresh(first.refresh_token));
  expect((await tablet.refresh(other.refresh_token)).status).toBe(200);
});

test('a thief without the key gets nothing and changes nothing, with a new token or an old one', async () => {
  const thief = deployment.app();
  const second = app.tokens(await app.refresh(first.refresh_token));
  for (const token of [first.refresh_token, second.refresh_token]) {
    refused(await thief.refresh(token));
    refused(await app.refresh(token, createDevice()));
    expect((await app.postOnce('/token', app.refreshForm(token))).status).toBe(400);
  }
  const third = app.tokens(await app.refresh(second.refresh_token));
  // Reuse by the owner would end the session now; the thief cannot.
  for (const token of [first.refresh_token, second.refresh_token, third.refresh_token]) refused(await thief.refresh(token));
  for (const token of [first.refresh_token, third.refresh_token]) {
    const answer = await thief.post('/revoke', { client_id: thief.clientId, token });
    expect([200, 400]).toContain(answer.status);
    expect((await thief.postOnce('/revoke', { client_id: thief.clientId, token })).status).toBe(400);
  }
  expect((await app.refresh(third.refresh_token)).status).toBe(200);
});

test('a captured request is worth nothing the second time, on the way of recovery too', async () => {
  const proof = await app.device.prove(`${deployment.issuer}/token`, app.nonce);
  const lost = app.tokens(await app.postOnce('/token', app.refreshForm(first.refresh_token), proof));
  refused(await app.postOnce('/token', app.refreshForm(first.refresh_token), proof));
  const recovery = await app.device.prove(`${deployment.issuer}/token`, app.nonce);
  const answers = await Promise.all(
    Array.from({ length: 8 }, () => app.postOnce('/token', app.refreshForm(first.refresh_token), recovery)),
  );
  expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
  // And none of the replays counted as reuse.
  const third = app.tokens(await app.refresh(lost.refresh_token));
  refused(await app.postOnce('/token', app.refreshForm(first.refresh_token), recovery));
  expect((await app.refresh(third.refresh_token)).status).toBe(200);
});

test('a lost answer survives a restart', async () => {
  const lost = app.tokens(await app.refresh(first.refresh_token));
  await deployment.restart();
  expect(app.tokens(await app.refresh(first.refresh_token)).refresh_token).toBe(lost.refresh_token);
});

test('an answer asked for again after its access token expired has a fresh one beside the same successor', async () => {
  vi.useFakeTimers({ toFake: ['Date'] });
  const lost = app.tokens(await app.refresh(first.refresh_token));
  vi.setSystemTime(Date.now() + 300_000);
  expect(app.tokens(await app.refresh(first.refresh_token))).toMatchObject({ access_token: lost.access_token, expires_in: 600 });
  vi.setSystemTime(Date.now() + 600_000);
  const late = app.tokens(await app.refresh(first.refresh_token));
  expect(late).toMatchObject({ refresh_token: lost.refresh_token, expires_in: 900 });
  expect(late.access_token).not.toBe(lost.access_token);
});

test('a session lives as long as it is used, and no longer', async () => {
  vi.useFakeTimers({ toFake: ['Date'] });
  const day = 86_400_000;
  let token = first.refresh_token;
  for (let month = 0; month < 3; month++) {
    vi.setSystemTime(Date.now() + 29 * day);
    token = app.tokens(await app.refresh(token)).refresh_token;
    await deployment.options.tokens.purge(Date.now(), 1000);
  }
  vi.setSystemTime(Date.now() + 31 * day);
  refused(await app.refresh(token));
});

test('a locked user cannot refresh, and can again when unlocked', async () => {
  await deployment.options.users.setLocked('ana', true);
  refused(await app.refresh(first.refresh_token));
  await deployment.options.users.setLocked('ana', false);
  expect((await app.refresh(first.refresh_token)).status).toBe(200);
});

test('a token is bound to its app', async () => {
  refused(await app.post('/token', { ...app.refreshForm(first.refresh_token), client_id: 'reader-app' }));
  refused(await app.refresh('x'.repeat(43)));
  refused(await app.refresh('x'.repeat(5000)));
  expect((await app.post('/token', { grant_type: 'refresh_token', client_id: app.clientId })).status).toBe(400);
});

test('a revoked session is over at once; another is not', async () => {
  const tablet = deployment.app();
  const other = await tablet.signIn();
  const second = app.tokens(await app.refresh(first.refresh_token));
  expect((await app.post('/revoke', { client_id: app.clientId, token: second.refresh_token })).status).toBe(200);
  refused(await app.refresh(second.refresh_token));
  refused(await app.refresh(first.refresh_token));
  expect((await tablet.refresh(other.refresh_token)).status).toBe(200);
  // RFC 7009 §2.2: what is not known is already revoked.
  expect((await app.post('/revoke', { client_id: app.clientId, token: 'nobody knows it' })).status).toBe(200);
});

test('a request overtaken by two rotations is refused, and is no reuse', async () => {
  await deployment.close();
  const database = openDatabase(':memory:', authMigrations);
  const store = createOAuthStore(database);
  const late = Promise.withResolvers<void>();
  const held = Promise.withResolvers<void>();
  let rotations = 0;
  deployment = await deploy({
    tokens: {
      ...store,
      async rotate(rotation) {
        if (rotations++ === 0) {
          held.resolve();
          await late.promise;
        }
        return store.rotate(rotation);
      },
    },
  });
  app = deployment.app();
  first = await app.signIn();
  const slow = app.refresh(first.refresh_token);
  await held.promise;
  const second = app.tokens(await app.refresh(first.refresh_token));
  const third = app.tokens(await app.refresh(second.refresh_token));
  late.resolve();
  refused(await slow);
  expect((await app.refresh(third.refresh_token)).status).toBe(200);
});

test('a store that cannot write refuses, and the session goes on when it can again', async () => {
  await deployment.close();
  let full = false;
  const database = openDatabase(':memory:', authMigrations);
  const store = createOAuthStore(database);
  deployment = await deploy({
    tokens: {
      ...store,
      rotate: async (rotation) => {
        if (full) database.exec('PRAGMA query_only=ON');
        return store.rotate(rotation).finally(() => database.exec('PRAGMA query_only=OFF'));
      },
    },
  });
  app = deployment.app();
  first = await app.signIn();
  full = true;
  const answer = await app.refresh(first.refresh_token);
  expect([answer.status, JSON.parse(answer.text).error]).toEqual([503, 'server_error']);
  expect(answer.text).not.toMatch(/sqlite|readonly|disk/i);
  full = false;
  expect((await app.refresh(first.refresh_token)).status).toBe(200);
});
