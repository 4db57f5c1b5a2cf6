import { expect, test } from 'vitest';
import { openStage } from './testing/stage.ts';

test('a flood from one address is refused before any signature is checked, and let in after Retry-After', async () => {
  let asked = 0;
  const keys = { generation: () => 0, find: () => void asked++ };
  const own = await openStage({ keys, rateLimits: { address: { limit: 10, window: 60_000 }, principal: { limit: 10, window: 60_000 } } });
  const flood = () => own.send('/orders', { headers: { Authorization: `DPoP ${own.issuer.token()}` } });
  const all = await Promise.all(Array.from({ length: 40 }, flood));
  const refused = all.filter(({ reason }) => reason === 'address-rate-limited');
  expect(refused).toHaveLength(30);
  expect(asked).toBe(10);
  const retryAfter = Number(refused[0]?.headers['retry-after']);
  expect(retryAfter).toBe(6);
  expect(refused[0]?.headers.ratelimit).toMatch(/^"address";r=0;t=60$/);
  own.advance(retryAfter * 1000);
  expect((await flood()).status).toBe(401);
  await own.close();
});

test('a user has one share over all devices and routes, and a route may have its own', async () => {
  const routes = [
    { method: 'GET', path: '/a' },
    { method: 'GET', path: '/b', rateLimit: { limit: 1, window: '1m' } },
  ];
  const own = await openStage({
    routes,
    rateLimits: { address: { limit: 1000, window: 60_000 }, principal: { limit: 4, window: 60_000 } },
  });
  expect((await own.call('/b')).headers.ratelimit).toMatch(/^"principal";r=3;t=15, "route";r=0;t=60$/);
  expect(await own.call('/b')).toMatchObject({ status: 429, reason: 'principal-rate-limited' });
  for (const status of [200, 200]) expect((await own.call('/a')).status).toBe(status);
  const over = await own.call('/a', { token: own.issuer.token() });
  expect(over).toMatchObject({ status: 429, reason: 'principal-rate-limited' });
  expect((await own.call('/a', { token: own.issuer.token({ sub: 'bob' }) })).status).toBe(200);
  own.advance(Number(over.headers['retry-after']) * 1000);
  expect((await own.call('/a')).status).toBe(200);
  await own.close();
});
