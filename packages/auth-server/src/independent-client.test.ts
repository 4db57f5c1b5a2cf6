import * as oauth from 'oauth4webapi';
import { Agent, fetch } from 'undici';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { AUDIENCE, type Deployment, deploy } from './testing/deployment.ts';

let deployment: Deployment;
let agent: Agent;
beforeAll(async () => {
  deployment = await deploy();
  agent = new Agent({ connect: { ca: deployment.certificateAuthority }, allowH2: true });
});
afterAll(async () => {
  await agent.destroy();
  await deployment.close();
});

test('a certified client that nobody here wrote signs in, over HTTP/2, and accepts every answer', async () => {
  const options = {
    [oauth.customFetch]: (url: string, init: object) => fetch(url, { ...init, dispatcher: agent }) as unknown as Promise<Response>,
  };
  const issuer = new URL(deployment.issuer);
  for (const algorithm of ['oidc', 'oauth2'] as const) {
    const metadata = await oauth.processDiscoveryResponse(issuer, await oauth.discoveryRequest(issuer, { algorithm, ...options }));
    expect(metadata).toMatchObject({
      code_challenge_methods_supported: ['S256'],
      dpop_signing_alg_values_supported: ['ES256'],
      response_types_supported: ['code'],
      grant_types_supported: ['authorization_code', 'refresh_token'],
      token_endpoint_auth_methods_supported: ['none'],
      authorization_response_iss_parameter_supported: true,
    });
    expect(metadata).not.toHaveProperty('introspection_endpoint');
    expect(metadata).not.toHaveProperty('registration_endpoint');
    expect(metadata).not.toHaveProperty('userinfo_endpoint');
  }
  const server = await oauth.processDiscoveryResponse(issuer, await oauth.discoveryRequest(issuer, options));
  const client: oauth.Client = { client_id: 'orders-app', id_token_signed_response_alg: 'ES256' };
  const app = deployment.app({ http2: true });
  const key = await oauth.generateKeyPair('ES256');
  const DPoP = oauth.DPoP(client, key);
  const verifier = oauth.generateRandomCodeVerifier();
  const state = oauth.generateRandomState();
  const parameters = new URLSearchParams({
    redirect_uri: app.redirectUri,
    response_type: 'code',
    scope: 'openid orders:read',
    resource: AUDIENCE,
    state,
    code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
    code_challenge_method: 'S256',
  });
  const withNonce = async <Result>(attempt: () => Promise<Result>): Promise<Result> =>
    attempt().catch((error) => (oauth.isDPoPNonceError(error) ? attempt() : Promise.reject(error)));

  const pushed = await withNonce(async () =>
    oauth.processPushedAuthorizationResponse(
      server,
      client,
      await oauth.pushedAuthorizationRequest(server, client, oauth.None(), parameters, { ...options, DPoP }),
    ),
  );
  const page = await app.browser.open(`/authorize?${new URLSearchParams({ client_id: 'orders-app', request_uri: pushed.request_uri })}`);
  const back = await app.submit(page, 'ana', 'correct horse battery');
  const callback = oauth.validateAuthResponse(server, client, new URL(String(back.headers.location)), state);
  const tokens = await withNonce(async () =>
    oauth.processAuthorizationCodeResponse(
      server,
      client,
      await oauth.authorizationCodeGrantRequest(server, client, oauth.None(), callback, app.redirectUri, verifier, { ...options, DPoP }),
      { requireIdToken: true },
    ),
  );
  expect(tokens.token_type).toBe('dpop');
  expect(oauth.getValidatedIdTokenClaims(tokens)?.iss).toBe(deployment.issuer);

  // The resource server's side: RFC 9068 and the binding of the token to the key.
  const url = `${AUDIENCE}/orders`;
  let sent: Request | undefined;
  await oauth.protectedResourceRequest(tokens.access_token, 'GET', new URL(url), undefined, undefined, {
    DPoP,
    [oauth.customFetch]: async (address: string, init: { headers: Record<string, string> }) => {
      sent = new Request(address, { method: 'GET', headers: init.headers });
      return new Response(null, { status: 200 });
    },
  });
  const claims = await oauth.validateJwtAccessToken(server, sent as Request, AUDIENCE, { ...options, requireDPoP: true });
  expect(claims).toMatchObject({ client_id: 'orders-app', scope: 'orders:read', aud: AUDIENCE });

  const refreshed = await withNonce(async () =>
    oauth.processRefreshTokenResponse(
      server,
      client,
      await oauth.refreshTokenGrantRequest(server, client, oauth.None(), tokens.refresh_token as string, { ...options, DPoP }),
    ),
  );
  expect(refreshed.refresh_token).not.toBe(tokens.refresh_token);
});

test('requests over HTTP/2 are logged as such, and refused ones answered alike', async () => {
  const app = deployment.app({ http2: true });
  expect((await app.browser.send('GET', '/nothing')).status).toBe(404);
  expect((await app.postOnce('/token', app.exchangeForm('x'.repeat(20_000)))).status).toBe(413);
  const tokens = await app.signIn();
  expect((await app.refresh(tokens.refresh_token)).status).toBe(200);
  expect(deployment.lines.some(({ http, path }) => http === '2.0' && path === '/token')).toBe(true);
});
