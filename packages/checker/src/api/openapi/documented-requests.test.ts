import { expect, it } from 'vitest';
import { documentedRequests } from './documented-requests.ts';
import { readOpenApi } from './read-openapi.ts';

it('asks only for what the document gives everything for', () => {
  const id = { name: 'id', in: 'path', required: true };
  const page = { name: 'page', in: 'query' };
  const document = readOpenApi(
    JSON.stringify({
      openapi: '3.1.0',
      servers: [{ url: 'https://elsewhere.example/v1' }],
      paths: {
        '/orders': { get: { security: [{ token: [] }], parameters: [page] }, post: {} },
        '/orders/{id}': { get: { parameters: [id] } },
        '/items/{id}': {
          get: {
            parameters: [
              { ...id, example: 'a b' },
              { ...page, required: true, example: 2 },
            ],
          },
        },
        '/wrong/{name}': { get: {} },
      },
    }),
  );
  expect(documentedRequests(document, { url: new URL('https://127.0.0.1:8443/x') })).toEqual([
    { method: 'GET', url: 'https://127.0.0.1:8443/v1/orders', secured: true },
    { method: 'GET', url: 'https://127.0.0.1:8443/v1/items/a%20b?page=2', secured: false },
  ]);
});
