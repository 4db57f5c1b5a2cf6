import { createPublicKey, verify } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { AUDIENCE, type Deployment, deploy } from './testing/deployment.ts';

let deployment: Deployment;
beforeAll(async () => {
  deployment = await deploy();
});
afterAll(() => deployment.close());

const claimsOf = (jwt: string, part = 1) => JSON.parse(Buffer.from(jwt.split('.')[part] ?? '', 'base64url').toString());

test('the whole way: page, code, tokens, refresh, revocation', async () => {
  const app = deployment.app();
  const page = await app.begin();
  expect(page.status).toBe(200);
  const tokens = app.tokens(await app.exchange(app.code(await app.submit(page, 'ana', 'correct horse battery'))));
  expect(tokens).toMatchObject({ token_type: 'DPoP', expires_in: 900, scope: 'orders:read orders:write' });
  const { access_token: accessToken } = tokens;
  expect(claimsOf(accessToken, 0)).toMatchObject({ typ: 'at+jwt', alg: 'ES256' });
  const [ana] = await deployment.options.users.listUsers();
  expect(claimsOf(accessToken)).toMatchObject({
    iss: deployment.issuer,
    aud: AUDIENCE,
    sub: ana?.id,
    client_id: 'orders-app',
    scope: 'orders:read orders:write',
    cnf: { jkt: app.device.thumbprint },
  });
  const { keys } = JSON.parse((await app.browser.send('GET', '/jwks')).text);
  expect(keys).toHaveLength(1);
  expect(keys[0]).not.toHaveProperty('d');
  expect(claimsOf(accessToken, 0).kid).toBe(keys[0].kid);
  const [head, body, signature] = accessToken.split('.');
  expect(
    verify(
      'sha256',
      Buffer.from(`${head}.${body}`),
      { key: createPublicKey({ key: keys[0], format: 'jwk' }), dsaEncoding: 'ieee-p1363' },
      Buffer.from(signature ?? '', 'base64url'),
    ),
  ).toBe(true);

  const next = app.tokens(await app.refresh(tokens.refresh_token));
  expect(next.refresh_token).not.toBe(tokens.refresh_token);
  expect(claimsOf(next.access_token).cnf).toEqual({ jkt: app.device.thumbprint });

  const revoked = await app.post('/revoke', { client_id: app.clientId, token: next.refresh_token, token_type_hint: 'refresh_token' });
  expect(revoked.status).toBe(200);
  const after = await app.refresh(next.refresh_token);
  expect([after.status, JSON.parse(after.text).error]).toEqual([400, 'invalid_grant']);
});
