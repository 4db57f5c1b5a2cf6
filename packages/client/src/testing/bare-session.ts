import { encodeUtf8 } from '@sallyport/protocol';
import { createClient } from '../create-client.ts';
import { createMemoryClock } from '../memory/clock.ts';
import { createMemoryStore } from '../memory/credential-store.ts';
import { createMemoryLock } from '../memory/lock.ts';
import { createMemoryLogger } from '../memory/logger.ts';
import { createMemoryRandom } from '../memory/random.ts';
import { createMemoryTransport, type MemoryAnswer } from '../memory/transport.ts';
import type { DeviceKey, Digest, TransportRequest } from '../ports.ts';

/** A whole session without a platform: see bare-realm.ts. Servers are a function here; the protocol is tested elsewhere. */
export async function live({ deviceKey, digest }: { deviceKey: DeviceKey; digest: Digest }): Promise<object> {
  const issuer = 'https://auth.example';
  let generation = 0;
  let state = '';
  const json = (status: number, body: object): MemoryAnswer => ({
    status,
    headers: { 'content-type': 'application/json', 'dpop-nonce': 'n' },
    body: encodeUtf8(JSON.stringify(body)),
  });
  const answer = ({ url, headers, body }: TransportRequest): MemoryAnswer => {
    const form = String.fromCharCode(...(body ?? []));
    if (url.endsWith('/openid-configuration')) {
      return json(200, {
        issuer,
        authorization_endpoint: `${issuer}/authorize`,
        token_endpoint: `${issuer}/token`,
        revocation_endpoint: `${issuer}/revoke`,
        pushed_authorization_request_endpoint: `${issuer}/par`,
        code_challenge_methods_supported: ['S256'],
        dpop_signing_alg_values_supported: ['ES256'],
      });
    }
    if (url.endsWith('/par')) {
      state = /(?:^|&)state=([^&]*)/.exec(form)?.[1] ?? '';
      return json(201, { request_uri: 'urn:a' });
    }
    if (url.endsWith('/token')) {
      generation++;
      return json(200, { access_token: `at${generation}`, refresh_token: `rt${generation}`, token_type: 'DPoP', expires_in: 900 });
    }
    if (url.endsWith('/revoke')) return json(200, {});
    return headers.authorization === `DPoP at${generation}` && generation > 1 ? json(200, { gr\u00fcn: true }) : json(401, {});
  };
  const clock = createMemoryClock();
  const logger = createMemoryLogger();
  const client = createClient({
    api: 'https://api.example',
    issuer,
    clientId: 'app',
    redirectUri: 'app:/in',
    scopes: ['a'],
    platform: {
      transport: createMemoryTransport(answer),
      store: createMemoryStore(),
      deviceKey,
      lock: createMemoryLock(clock),
      clock,
      random: createMemoryRandom(),
      digest,
      logger,
      browser: { open: async () => `app:/in?code=c&state=${state}` },
    },
  });
  await client.signIn();
  const answers = await Promise.all(Array.from({ length: 20 }, () => client.get('/orders', { query: { page: 2 } })));
  const refused = await client.get('/../x').catch((error) => error.code);
  return {
    answers: answers.length,
    value: answers[0]?.value,
    generation,
    refused,
    signOut: await client.signOut(),
    records: logger.records.length,
  };
}
