import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import type { ServerResponse } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  createIdempotencyStore,
  type IdempotencyStore,
  idempotencyMigrations,
  openDatabase,
  StoreUnavailableError,
} from '@sallyport/storage';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { MAX_KEPT } from './kept-delivery.ts';
import { NOW, proofOf } from './testing/issuer.ts';
import { openStage, type Stage } from './testing/stage.ts';

let stage: Stage;
let served = 0;
beforeAll(async () => {
  stage = await openStage();
  await stage.nonce();
});
afterAll(() => stage.close());
beforeEach(() => {
  stage.upstream.received.length = 0;
  stage.lines.length = 0;
  stage.upstream.answer = (_, response, { body }) => response.writeHead(201, { 'X-Served': String(++served) }).end(`made ${body}`);
});

interface Payment {
  readonly of?: Stage;
  readonly body?: string;
  readonly path?: string;
  readonly token?: string;
}

const pay = (key: string | undefined, { of = stage, body = '{"amount":1}', path = '/payments', token }: Payment = {}) =>
  of.call(path, {
    method: 'POST',
    body,
    ...(token !== undefined && { token }),
    headers: key === undefined ? {} : { 'Idempotency-Key': key },
  });

test('the first answer is given again, byte for byte, and the upstream is asked once', async () => {
  const first = await pay('"k1"');
  expect(first).toMatchObject({ status: 201, text: 'made {"amount":1}' });
  expect(first.headers).not.toHaveProperty('idempotency-replayed');
  for (const spelling of ['"k1"', 'k1']) {
    const again = await pay(spelling);
    expect(again).toMatchObject({ status: 201, text: first.text });
    expect(again.headers).toMatchObject({
      'idempotency-replayed': 'true',
      'x-served': first.headers['x-served'],
      'cache-control': 'no-store',
    });
    expect(again.headers['x-correlation-id']).not.toBe(first.headers['x-correlation-id']);
  }
  expect(stage.upstream.received).toHaveLength(1);
  expect(stage.upstream.received[0]?.headers['idempotency-key']).toBe('"k1"');
  expect((await stage.written(3)).map(({ outcome }) => outcome)).toEqual(['answered', 'replayed', 'replayed']);
});

test('another body, path, method or query under the key is an error; another user, app or key is another action', async () => {
  await pay('k2');
  expect(await pay('k2', { body: '{"amount":2}' })).toMatchObject({ status: 422, reason: 'idempotency-key-reused' });
  expect(await pay('k2', { path: '/payments?x' })).toMatchObject({ status: 422, reason: 'idempotency-key-reused' });
  expect(await pay('k2', { path: '/orders' })).toMatchObject({ status: 422, reason: 'idempotency-key-reused' });
  for (const claims of [{ sub: 'bob' }, { client_id: 'other-app' }]) {
    expect((await pay('k2', { token: stage.issuer.token(claims), body: '{"amount":3}' })).headers).not.toHaveProperty(
      'idempotency-replayed',
    );
  }
  expect(stage.upstream.received).toHaveLength(3);
});

test('required means required, malformed is malformed, optional is optional', async () => {
  expect(await pay(undefined)).toMatchObject({ status: 400, reason: 'idempotency-key-missing' });
  expect(await pay('"open')).toMatchObject({ status: 400, reason: 'idempotency-key-malformed' });
  expect(await pay('x'.repeat(256))).toMatchObject({ status: 400, reason: 'idempotency-key-malformed' });
  for (let round = 0; round < 2; round++) expect((await pay(undefined, { path: '/orders' })).status).toBe(201);
  expect(stage.upstream.received).toHaveLength(2);
});

test('while the first is running the others are told to wait, and then get its answer', async () => {
  const arrived = Promise.withResolvers<ServerResponse>();
  stage.upstream.answer = (_, response) => arrived.resolve(response);
  const first = pay('k3');
  const response = await arrived.promise;
  const second = await pay('k3');
  expect(second).toMatchObject({ status: 409, reason: 'idempotency-in-progress', headers: { 'retry-after': '1' } });
  response.writeHead(201).end('late');
  expect(await first).toMatchObject({ status: 201, text: 'late' });
  expect(await pay('k3')).toMatchObject({ status: 201, text: 'late' });
});

test('what is refused before it uses up no key', async () => {
  const token = stage.issuer.token();
  const headers = { 'Idempotency-Key': 'k4', Authorization: `DPoP ${token}` };
  expect((await stage.send('/payments', { method: 'POST', headers })).status).toBe(401);
  expect((await pay('k4', { body: 'x'.repeat(100_001) })).status).toBe(413);
  expect(await pay('k4')).toMatchObject({ status: 201 });
});

test.each([400, 404, 500, 503])('an answer of %i was an execution, and is given again', async (status) => {
  stage.upstream.answer = (_, response) => response.writeHead(status).end('no');
  const first = await pay(`status ${status}`.replace(' ', '-'));
  const again = await pay(`status-${status}`);
  expect(first.status).toBe(status);
  expect(again).toMatchObject({ status, text: first.text, headers: { 'idempotency-replayed': 'true' } });
  expect(stage.upstream.received).toHaveLength(1);
});

test('a 429 of the upstream was none', async () => {
  stage.upstream.answer = (_, response) => response.writeHead(429).end('busy');
  expect(await pay('busy')).toMatchObject({ status: 429, text: 'busy' });
  stage.upstream.answer = (_, response) => response.writeHead(201).end('made');
  expect(await pay('busy')).toMatchObject({ status: 201, text: 'made' });
});

test('a lost answer is unknown for ever, and the upstream is never asked again', async () => {
  stage.upstream.answer = (_, response) => response.destroy();
  expect(await pay('k5')).toMatchObject({ status: 502, reason: 'upstream-failed' });
  stage.upstream.answer = (_, response) => {
    response.writeHead(201, { 'Content-Length': '100' });
    response.write('half', () => response.destroy());
  };
  expect(await pay('k6')).toMatchObject({ status: 502, reason: 'upstream-failed' });
  for (const key of ['k5', 'k6', 'k5']) expect(await pay(key)).toMatchObject({ status: 409, reason: 'idempotency-outcome-unknown' });
  expect(stage.upstream.received).toHaveLength(2);
});

test('when nothing was sent the key stays free', async () => {
  const own = await openStage({ upstream: 'http://127.0.0.1:1' });
  for (let round = 0; round < 2; round++)
    expect(await pay('k', { of: own })).toMatchObject({ status: 502, reason: 'upstream-unreachable' });
  await own.close();
});

test('a caller who goes away does not end what he asked for; the answer waits for him', async () => {
  const arrived = Promise.withResolvers<ServerResponse>();
  stage.upstream.answer = (_, response) => arrived.resolve(response);
  const token = stage.issuer.token();
  const proof = await proofOf(stage.device, { method: 'POST', url: `${stage.url}/payments`, token, nonce: await stage.nonce() });
  const headers = { Host: `localhost:${stage.port}`, Authorization: `DPoP ${token}`, DPoP: proof, 'Idempotency-Key': 'k7' };
  const target = { host: '127.0.0.1', port: stage.port, path: '/payments', method: 'POST', ca: stage.authority, servername: 'localhost' };
  const request = httpsRequest({ ...target, agent: false, headers }).on('error', () => undefined);
  request.end('{"amount":1}');
  const response = await arrived.promise;
  request.destroy();
  expect(await stage.written(1)).toMatchObject([{ outcome: 'client-gone' }]);
  response.writeHead(201).end('made');
  await once(response, 'close');
  let again = await pay('k7');
  while (again.reason === 'idempotency-in-progress') again = await pay('k7');
  expect(again).toMatchObject({ status: 201, text: 'made' });
  expect(stage.upstream.received).toHaveLength(1);
});

test('an answer too large to keep comes whole the first time, and is unknown after', async () => {
  const body = 'x'.repeat(MAX_KEPT + 1);
  stage.upstream.answer = (_, response) => response.writeHead(201).end(body);
  expect(await pay('large')).toMatchObject({ status: 201, text: body });
  expect(await pay('large')).toMatchObject({ status: 409, reason: 'idempotency-outcome-unknown' });
  stage.upstream.answer = (_, response) => response.writeHead(201).end('x'.repeat(MAX_KEPT));
  await pay('just');
  expect((await pay('just')).headers['idempotency-replayed']).toBe('true');
});

test('200 keys with 20 racers each: one execution each, and no answer differs', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'sallyport-'));
  const database = openDatabase(join(folder, 'gateway.sqlite'), idempotencyMigrations);
  const own = await openStage({ idempotencyStore: createIdempotencyStore({ database, now: () => NOW, newClaim: randomUUID }) });
  own.upstream.answer = (_, response, { headers }) => response.writeHead(201).end(`made ${headers['idempotency-key']}`);
  for (let key = 0; key < 200; key++) {
    const racers = await Promise.all(Array.from({ length: 20 }, () => pay(`race-${key}`, { of: own })));
    for (const { status, text } of racers) if (status === 201) expect(text).toBe(`made race-${key}`);
    expect(racers.filter(({ status }) => status !== 201 && status !== 409)).toEqual([]);
  }
  expect(own.upstream.received).toHaveLength(200);
  expect(new Set(own.upstream.received.map(({ headers }) => headers['idempotency-key'])).size).toBe(200);
  await own.close();
  database.close();
  rmSync(folder, { recursive: true });
}, 120_000);

const broken: IdempotencyStore = {
  begin: () => ({ state: 'claimed', claim: 'c' }),
  complete: () => {
    throw new StoreUnavailableError('disk full');
  },
  lose: () => undefined,
  release: () => undefined,
};

test('a disk that is full before: 503 and nothing goes up; one that fills up meanwhile: the answer is delivered and noted', async () => {
  const refusing = await openStage({
    idempotencyStore: {
      ...broken,
      begin: () => {
        throw new StoreUnavailableError('disk full');
      },
    },
  });
  expect(await pay('k', { of: refusing })).toMatchObject({ headers: { 'retry-after': '1' }, status: 503, reason: 'store-unavailable' });
  expect(refusing.upstream.received).toEqual([]);
  expect(await refusing.written(1)).toMatchObject([{ reason: 'store-unavailable', detail: 'disk full', guard: 'idempotency' }]);
  await refusing.close();
  const filling = await openStage({ idempotencyStore: broken });
  expect(await pay('k', { of: filling })).toMatchObject({ status: 200 });
  expect(await filling.written(1)).toMatchObject([{ outcome: 'answered', status: 200, detail: 'the answer could not be kept: disk full' }]);
  await filling.close();
});
