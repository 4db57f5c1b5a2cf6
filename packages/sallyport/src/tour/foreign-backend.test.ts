import { mkdtempSync, rmSync } from 'node:fs';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sendSigned } from '@sallyport/attacks';
import { policySchema, resolvePolicy } from '@sallyport/policy';
import jsonServer from 'json-server';
import { request } from 'undici';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { DEMO_CLIENT } from '../stack/embedded-policy.ts';
import { pickPort } from '../stack/pick-port.ts';
import { type Stack, startStack } from '../stack/start-stack.ts';
import { openStateFolder } from '../state-folder.ts';
import { ensureDemoUser } from './demo-user.ts';
import { type App, openApp } from './open-app.ts';

// A backend that nobody of this project wrote, twice: one behind the gateway, one called directly.
const startJsonServer = async () => {
  const app = jsonServer.create();
  app.use(jsonServer.defaults({ logger: false }));
  app.use(
    jsonServer.router({ posts: [{ id: 1, title: 'ümlaut & <b>', tags: ['a', 'b'] }], comments: [{ id: 1, postId: 1, text: 'first' }] }),
  );
  const server = await new Promise<Server>((resolve) => {
    const listening = app.listen(0, '127.0.0.1', () => resolve(listening));
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () => new Promise((resolve) => server.close(resolve)),
  };
};

let folder: string;
let guarded: Awaited<ReturnType<typeof startJsonServer>>;
let direct: Awaited<ReturnType<typeof startJsonServer>>;
let stack: Stack;
let app: App;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'sallyport-'));
  [guarded, direct] = [await startJsonServer(), await startJsonServer()];
  const policy = policySchema.parse({
    gateway: { upstream: guarded.url },
    auth: { clients: [{ id: DEMO_CLIENT.id, name: 'Posts', redirectUris: [DEMO_CLIENT.redirectUri], scopes: ['posts'] }] },
    routes: [
      { method: ['GET', 'HEAD', 'POST'], path: '/posts', scopes: ['posts'] },
      { method: ['GET', 'PUT', 'PATCH', 'DELETE'], path: '/posts/:id', scopes: ['posts'] },
      { method: 'GET', path: '/posts/:id/comments', scopes: ['posts'] },
    ],
  });
  const stateFolder = openStateFolder(folder);
  const ports = { gateway: await pickPort('127.0.0.1', 0), auth: await pickPort('127.0.0.1', 0) };
  stack = await startStack({ policy: resolvePolicy(policy, ports), stateFolder, log: () => {} });
  app = openApp({ stack, scopes: ['posts'], person: await ensureDemoUser(stack.users, stateFolder) });
  await app.client.signIn();
});

afterAll(async () => {
  await app?.close();
  await stack?.close();
  await Promise.all([guarded?.close(), direct?.close()]);
  rmSync(folder, { recursive: true });
});

const operations: readonly [method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE', path: string, body?: object][] = [
  ['GET', '/posts'],
  ['GET', '/posts/1'],
  ['GET', '/posts/1/comments'],
  ['GET', '/posts?title_like=ml&_sort=id&_order=desc'],
  ['GET', '/posts/99'],
  ['POST', '/posts', { title: 'second', nested: { 'key with space': [1, 2.5, null, true] } }],
  ['GET', '/posts/2'],
  ['PUT', '/posts/2', { title: 'replaced' }],
  ['PATCH', '/posts/2', { more: '\u{1f512}' }],
  ['GET', '/posts?q=replaced'],
  ['DELETE', '/posts/2'],
  ['GET', '/posts/2'],
  ['PATCH', '/posts/2', { gone: true }],
  ['GET', '/posts?_page=1&_limit=1'],
];

test('the whole CRUD of json-server is the same through the gateway as direct, in status and in every byte', async () => {
  const { accessToken } = JSON.parse((await app.platform.store.read()) ?? '{}');
  const deviceKey = await app.platform.deviceKey.load();
  if (deviceKey === undefined) throw new Error('signed in without a device key');
  for (const [method, path, body] of operations) {
    const text = body === undefined ? undefined : JSON.stringify(body);
    const headers = text === undefined ? {} : { 'content-type': 'application/json' };
    const plain = await request(direct.url + path, { method, headers, body: text ?? null });
    const expected = { status: plain.statusCode, type: plain.headers['content-type'], body: await plain.body.text() };
    const message = {
      method,
      url: stack.gatewayUrl + path,
      headers,
      certificateAuthority: stack.certificateAuthority,
      ...(text !== undefined && { body: text }),
    };
    const through = await sendSigned(message, deviceKey, accessToken);
    expect({ status: through.status, type: through.headers['content-type'], body: through.body }, `${method} ${path}`).toEqual(expected);
  }
});

test('the typed client reads what json-server writes', async () => {
  const { value } = await app.client.post<{ id: number }>('/posts', { body: { title: 'typed' } });
  expect((await app.client.get('/posts')).value).toContainEqual({ id: value.id, title: 'typed' });
  await app.client.delete(`/posts/${value.id}`);
});

test.each(['/comments', '/db', '/', '/posts/1/', '/posts/1/comments/1'])(
  '%s is not listed and stays shut, though json-server has it',
  async (path) => {
    await expect(app.client.get(path)).rejects.toMatchObject({ code: 'http-status', status: 404, reason: 'route-unlisted' });
  },
);
