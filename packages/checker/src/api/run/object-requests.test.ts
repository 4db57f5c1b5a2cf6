import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Target } from '../target.ts';
import { idsIn, objectRequests } from './object-requests.ts';

const url = new URL('https://127.0.0.1:8443/v1/orders?page=1');
const target: Target = { url, secure: true, host: url.hostname, port: 8443, loopback: true };

describe('objectRequests', () => {
  it('guesses members of a list below it, named objects first', () => {
    const requests = objectRequests({
      lists: [{ list: { method: 'GET', url: url.href }, answer: { body: '[{"id":7},{"id":"a/b"}]' } }],
      objects: ['/v1/invoices/3'],
      target,
    });
    expect(requests.map(({ request }) => request.url)).toEqual([
      'https://127.0.0.1:8443/v1/invoices/3',
      'https://127.0.0.1:8443/v1/orders/7',
      'https://127.0.0.1:8443/v1/orders/a%2Fb',
    ]);
  });

  it.each([
    ['/basket/6', ['address']],
    ['/notes/1b4e28ba-2fa1-11d2-883f-0016d3cca427?full=1', ['address']],
    ['/notes/64b7f9c2e1a34d0012345678', ['address']],
    ['/me', []],
    ['/v1', []],
    ['/account-preferences', []],
  ])('takes %s for what it looks like', (path, origins) => {
    const lists = [{ list: { method: 'GET', url: new URL(path, url).href }, answer: { body: '{"total":3}' } }];
    expect(objectRequests({ lists, objects: [], target }).map(({ origin }) => origin)).toEqual(origins);
  });

  it.each([
    ['[{"slug":"a-b","title":"x"}]', ['a-b']],
    ['[{"id":1},{"_id":"x"}]', [1, 'x']],
    ['{"items":[{"id":1}],"total":1}', [1]],
    ['{"id":1}', []],
    ['[1,2]', []],
    ['{"items":null}', []],
    ['no json', []],
  ])('reads the ids of %s', (body, ids) => expect(idsIn(body)).toEqual(ids));

  it('is total', () => {
    fc.assert(fc.property(fc.json(), (body) => Array.isArray(idsIn(body))));
  });
});
