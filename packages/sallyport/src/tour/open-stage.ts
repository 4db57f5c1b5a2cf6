import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Arrival, type Stage, send } from '@sallyport/attacks';
import { ClientError } from '@sallyport/client';
import { DEMO_CLIENT } from '../stack/embedded-policy.ts';
import type { Stack } from '../stack/start-stack.ts';
import { issueRogueCertificate } from './issue-rogue-certificate.ts';
import { type App, openLuredApp } from './open-app.ts';

export interface StageOptions {
  readonly stack: Stack;
  /** Signed in already. */
  readonly app: App;
  readonly scopes: readonly string[];
  readonly path: string;
  /** Everything the backend received. */
  received(): readonly Arrival[];
}

/** The running stack as the attack lab needs it. */
export async function openStage({ stack, app, scopes, path, received }: StageOptions): Promise<Stage> {
  const deviceKey = await app.platform.deviceKey.load();
  if (deviceKey === undefined) throw new Error('Nobody is signed in, so there is nobody to attack.');
  const metadata = await discover(stack);
  const call = async (client: App['client'], target: string) => (await client.get(target)).status;
  return {
    gatewayUrl: stack.gatewayUrl,
    issuer: stack.issuer,
    audience: stack.audience,
    clientId: DEMO_CLIENT.id,
    tokenEndpoint: metadata.token_endpoint,
    certificateAuthority: stack.certificateAuthority,
    path,
    victim: {
      call: (target) => call(app.client, target),
      refresh: async () => void (await app.client.refresh()),
      tokens: async () => JSON.parse((await app.platform.store.read()) ?? '{}'),
      idToken: app.platform.transport.idToken(),
      deviceKey,
    },
    arrivals: (marker) => received().filter(({ target }) => target.includes(`attack=${marker}`)),
    async lureApp(lure) {
      const lured = openLuredApp({ stack, scopes }, app, lure);
      return {
        async call(target) {
          try {
            await call(lured.client, target);
            return 'sent';
          } catch (error) {
            return error instanceof ClientError ? error.code : String(error);
          }
        },
      };
    },
    issueRogueCertificate: () => issueRogueCertificate(new URL(stack.gatewayUrl).hostname, Date.now()),
    signInUrl() {
      const query = new URLSearchParams({
        client_id: DEMO_CLIENT.id,
        redirect_uri: DEMO_CLIENT.redirectUri,
        response_type: 'code',
        scope: 'openid',
        state: randomBytes(16).toString('base64url'),
        code_challenge: randomBytes(32).toString('base64url'),
        code_challenge_method: 'S256',
        resource: stack.audience,
      });
      return `${metadata.authorization_endpoint}?${query}`;
    },
    randomId: () => randomBytes(8).toString('hex'),
    wait: (time) => sleep(time),
  };
}

/** The addresses of the auth server as it states them itself (RFC 8414). */
async function discover({ issuer, certificateAuthority }: Stack): Promise<{ token_endpoint: string; authorization_endpoint: string }> {
  const { body } = await send({ url: `${issuer}/.well-known/openid-configuration`, certificateAuthority });
  return JSON.parse(body);
}
