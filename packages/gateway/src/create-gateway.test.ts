import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { openStage, type Stage } from './testing/stage.ts';

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

test('a signed request reaches the upstream with the identity, and without the credentials', async () => {
  const called = await stage.call('/orders/7?full=1', { headers: { Cookie: 'a=b', 'X-App': '1' } });
  expect(called).toMatchObject({ status: 200, text: 'GET /orders/7?full=1 ' });
  const [received] = stage.upstream.received;
  expect(received?.headers).toMatchObject({
    'x-sallyport-subject': 'ada',
    'x-sallyport-client': 'orders-app',
    'x-sallyport-scope': 'orders:read orders:write',
    'x-correlation-id': called.headers['x-correlation-id'],
    'x-forwarded-for': '127.0.0.1',
    'x-forwarded-proto': 'https',
    'x-forwarded-host': `localhost:${stage.port}`,
    'x-app': '1',
  });
  for (const name of ['authorization', 'dpop', 'cookie']) expect(received?.headers).not.toHaveProperty(name);
});
