import { expect, it } from 'vitest';
import { readOpenApi } from '../openapi/read-openapi.ts';
import { findInputs } from './find-inputs.ts';

const target = { url: new URL('https://api.example/v1/orders?state=open&page=2') };
const get = (url: string) => ({ method: 'GET', url });
const document = readOpenApi(
  JSON.stringify({
    openapi: '3.1.0',
    servers: [{ url: '/v1' }],
    paths: {
      '/shops/{shop}/orders': {
        get: {
          parameters: [
            { name: 'shop', in: 'path', required: true, example: 'north' },
            { name: 'q', in: 'query' },
            { name: 'day', in: 'query', required: true, example: 'mon' },
            { name: 'x-trace', in: 'header' },
          ],
        },
        post: { parameters: [{ name: 'dry', in: 'query' }] },
      },
    },
  }),
);

it('takes parameters of addresses, ids of objects, and what the document declares for GET', () => {
  const inputs = findInputs({
    requests: [get(target.url.href), get('https://api.example/v1/orders?page=3')],
    objects: [get('https://api.example/v1/orders/a%2Fb'), get('https://api.example/v1/orders/9')],
    document,
    target,
  });
  expect(inputs.map((input) => [input.name, input.value, input.with("'").url])).toEqual([
    ['parameter state', 'open', 'https://api.example/v1/orders?state=%27&page=2'],
    ['parameter page', '2', 'https://api.example/v1/orders?state=open&page=%27'],
    ['the last part of the path', 'a/b', "https://api.example/v1/orders/'"],
    ['parameter shop', 'north', "https://api.example/v1/shops/'/orders?day=mon"],
    ['parameter q', '1', 'https://api.example/v1/shops/north/orders?q=%27&day=mon'],
    ['parameter day', 'mon', 'https://api.example/v1/shops/north/orders?day=%27'],
  ]);
});

it('finds none where there are none', () => {
  expect(findInputs({ requests: [get('https://api.example/me')], objects: [], document: undefined, target })).toEqual([]);
});
