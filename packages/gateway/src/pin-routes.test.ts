import { formatPinReport, PIN_REPORT_PATH, PIN_SET_PATH, type SpkiPin } from '@sallyport/protocol';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { openStage, type Stage } from './testing/stage.ts';

let token: string | undefined;
let stage: Stage;
beforeAll(async () => {
  stage = await openStage({ pins: { token: () => token }, routes: [{ method: ['GET', 'POST'], path: '/**', access: 'public' }] });
});
afterAll(() => stage.close());
beforeEach(() => {
  token = 'aaa.bbb.ccc';
  stage.upstream.received.length = 0;
  stage.lines.length = 0;
});

const pin = Buffer.alloc(32, 'a').toString('base64') as SpkiPin;
const report = (appVersion: string) => formatPinReport({ host: 'api.example', appVersion, setVersion: 7, seen: [pin] });
const post = (body: string) => stage.send(PIN_REPORT_PATH, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body });

test('serves the signed set to anybody, cacheable, and says when it has not changed', async () => {
  const first = await stage.send(PIN_SET_PATH);
  expect(first).toMatchObject({ status: 200, text: 'aaa.bbb.ccc' });
  expect(first.headers).toMatchObject({ 'content-type': 'application/pin-set+jwt', 'cache-control': 'public, max-age=300' });
  const etag = String(first.headers.etag);
  expect(await stage.send(PIN_SET_PATH, { headers: { 'If-None-Match': `"other", W/${etag}` } })).toMatchObject({ status: 304, text: '' });
  token = 'ddd.eee.fff';
  expect(await stage.send(PIN_SET_PATH, { headers: { 'If-None-Match': etag } })).toMatchObject({ status: 200, text: 'ddd.eee.fff' });
  expect(await stage.send(PIN_SET_PATH, { method: 'HEAD' })).toMatchObject({ status: 200, text: '' });
  expect(stage.upstream.received).toEqual([]);
});

test('without a set there is nothing there, and nothing goes to the upstream', async () => {
  token = undefined;
  expect(await stage.send(PIN_SET_PATH)).toMatchObject({ status: 404, reason: 'route-unlisted' });
  expect(stage.upstream.received).toEqual([]);
});

test('counts reports by app version and tells the log once per doubling', async () => {
  for (let count = 0; count < 5; count++) expect(await post(report('3.2.0'))).toMatchObject({ status: 204 });
  await post(report('3.3.0'));
  const told = stage.lines.filter(({ event }) => event === 'pin-report');
  expect(told.map(({ appVersion, count }) => [appVersion, count])).toEqual([
    ['3.2.0', 1],
    ['3.2.0', 2],
    ['3.2.0', 4],
    ['3.3.0', 1],
  ]);
  expect(told[0]).toMatchObject({ host: 'api.example', setVersion: 7, seen: [pin] });
});

test('refuses what is no report, and what is too large', async () => {
  expect(await post('{"host":')).toMatchObject({ status: 400, reason: 'request-malformed' });
  expect(await post(`{"host":"${'a'.repeat(3000)}"}`)).toMatchObject({ status: 413, reason: 'body-too-large' });
});

test('a flood from one address is limited', async () => {
  const statuses = new Set<number>();
  for (let count = 0; count < 25; count++) statuses.add((await post(report('9.9.9'))).status);
  expect([...statuses].sort()).toEqual([204, 429]);
});
