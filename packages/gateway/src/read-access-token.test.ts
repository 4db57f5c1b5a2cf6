import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readAccessToken } from './read-access-token.ts';
import { AUDIENCE, createTestDevice, createTestIssuer, ISSUER, NOW } from './testing/issuer.ts';

const device = createTestDevice();
const issuer = createTestIssuer(device);
const read = (token: string) => readAccessToken(token, { issuer: ISSUER, audience: AUDIENCE }, NOW);

test('says who asks, for which app, with which scopes, bound to which key, and until when', () => {
  expect(read(issuer.token())).toMatchObject({
    kid: issuer.kid,
    principal: { subject: 'ada', clientId: 'orders-app', scope: 'orders:read orders:write', jkt: device.jkt, expiresAt: NOW + 900_000 },
  });
  expect(read(issuer.token({ scope: undefined, cnf: undefined }))).toMatchObject({
    principal: { scope: '', scopes: new Set(), jkt: undefined },
  });
});

test('property: never throws, and believes no text that is not a token', () => {
  const part = fc.oneof(
    fc.base64String(),
    fc.json().map((text) => Buffer.from(text).toString('base64url')),
  );
  fc.assert(
    fc.property(fc.array(part, { maxLength: 5 }), (parts) => {
      expect(typeof read(parts.join('.'))).toBe('string');
    }),
  );
});

test('property: no value of any claim makes it throw', () => {
  const claim = fc.constantFrom('iss', 'aud', 'sub', 'client_id', 'scope', 'jti', 'iat', 'exp', 'nbf', 'cnf');
  fc.assert(
    fc.property(claim, fc.jsonValue(), (name, value) => {
      const outcome = read(issuer.token({ [name]: value }));
      if (typeof outcome !== 'string') expect(typeof outcome.principal.subject).toBe('string');
    }),
  );
});
