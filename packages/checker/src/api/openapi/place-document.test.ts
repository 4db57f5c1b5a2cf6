import { expect, it } from 'vitest';
import { placeDocument } from './place-document.ts';
import { readOpenApi } from './read-openapi.ts';

const read = (servers: object[]) =>
  readOpenApi(
    JSON.stringify({ openapi: '3.1.0', servers, paths: { '/orders': { get: {} }, '/orders/{id}': { get: {} }, '/me': { post: {} } } }),
  );

it.each([
  ['/', ''],
  ['/orders', ''],
  ['/orders/7', ''],
  ['/shop/orders', '/shop'],
  ['/shop/v2/orders/7', '/shop/v2'],
  ['/shop/', '/shop'],
  ['/shop/me', ''],
  ['/health', ''],
])('takes %s for an address below %j', (path, prefix) => expect(placeDocument(read([]), path).prefix).toBe(prefix));

it('believes a document that names its folder', () => {
  expect(placeDocument(read([{ url: 'https://api.example/v1' }]), '/shop/orders').prefix).toBe('/v1');
});
