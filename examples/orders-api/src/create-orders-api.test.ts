import { afterEach, beforeEach, expect, test } from 'vitest';
import { createOrdersApi, type OrdersApi } from './create-orders-api.ts';

let api: OrdersApi;
let count: number;
beforeEach(async () => {
  count = 0;
  api = await createOrdersApi({ randomId: () => `order-${++count}` });
});
afterEach(() => api.close());

const call = async (method: string, path: string, subject?: string, body?: unknown) => {
  const headers = subject === undefined ? {} : { 'x-sallyport-subject': subject };
  const response = await fetch(api.url + path, { method, headers, body: body === undefined ? null : JSON.stringify(body) });
  const text = await response.text();
  return { status: response.status, body: text === '' ? undefined : JSON.parse(text) };
};

test('a user places, reads and cancels orders', async () => {
  const order = { id: 'order-1', item: 'tea', quantity: 2 };
  expect(await call('POST', '/orders', 'ada', { item: 'tea', quantity: 2 })).toEqual({ status: 201, body: order });
  expect(await call('GET', '/orders', 'ada')).toEqual({ status: 200, body: [order] });
  expect(await call('GET', '/orders/order-1', 'ada')).toEqual({ status: 200, body: order });
  expect(await call('DELETE', '/orders/order-1', 'ada')).toEqual({ status: 204, body: undefined });
  expect(await call('GET', '/orders', 'ada')).toEqual({ status: 200, body: [] });
});

test("nobody sees another user's order, nor that it exists", async () => {
  await call('POST', '/orders', 'ada', { item: 'tea', quantity: 2 });
  expect(await call('GET', '/orders', 'eve')).toEqual({ status: 200, body: [] });
  expect(await call('GET', '/orders/order-1', 'eve')).toEqual(
    await call('GET', '/orders/order-9', 'eve').then(({ status, body }) => ({ status, body })),
  );
  expect(await call('DELETE', '/orders/order-1', 'eve')).toMatchObject({ status: 404 });
});

test.each([{}, { item: '', quantity: 1 }, { item: 'tea', quantity: 0 }, { item: 'tea', quantity: 1.5 }, null, 'tea'])(
  'refuses %j as an order',
  async (body) => {
    expect(await call('POST', '/orders', 'ada', body)).toMatchObject({ status: 422 });
  },
);

test('without an identity only health answers', async () => {
  expect(await call('GET', '/health')).toEqual({ status: 200, body: { ok: true } });
  expect(await call('GET', '/orders')).toMatchObject({ status: 401 });
});

test('it remembers what it received', async () => {
  await call('POST', '/orders?x=1', 'ada', { item: 'tea', quantity: 1 });
  expect(api.received).toMatchObject([{ method: 'POST', target: '/orders?x=1', body: '{"item":"tea","quantity":1}' }]);
});
