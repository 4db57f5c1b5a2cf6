import { expect, it } from 'vitest';
import { namesUser } from './names-user.ts';

const claims = { data: { id: 24, email: 'ann@shop.example', role: 'customer' }, iat: 1 };

it.each([
  ['{"id":6,"UserId":24}', true],
  ['{"data":{"basket":{"user_id":"24"}}}', true],
  ['[{"owner":{"email":"ann@shop.example"}}]', true],
  ['[{"title":"x","author":{"username":"ann@shop.example"}}]', false],
  ['[{"userId":24},{"userId":25}]', false],
  ['[{"userId":24,"accountId":"acc-9"},{"userId":24,"accountId":"acc-9"}]', true],
  ['{"email":"ann@shop.example"}', true],
  ['{"id":24}', false],
  ['{"UserId":25}', false],
  ['{"role":"customer","kind":"customer"}', false],
  ['{"email":""}', false],
  ['no json', false],
])('%s: %s', (body, names) => expect(namesUser(body, claims)).toBe(names));

it('knows nobody by a token without an identity', () => {
  expect(namesUser('{"userId":24}', { iat: 24 })).toBe(false);
});
