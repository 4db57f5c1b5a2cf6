import { request } from 'node:https';
import type { ClientOptions } from '../client-options.ts';
import { type Client, createClient } from '../create-client.ts';
import { createMemoryClock, type MemoryClock } from '../memory/clock.ts';
import { createMemoryStore, type MemoryStore } from '../memory/credential-store.ts';
import { createMemoryLock } from '../memory/lock.ts';
import { createMemoryLogger, type MemoryLogger } from '../memory/logger.ts';
import { createNodeDeviceKey } from '../node/device-key.ts';
import { nodeDigest } from '../node/digest.ts';
import { nodeRandom } from '../node/random.ts';
import { createNodeTransport, type NodeTransport } from '../node/transport.ts';
import type { Platform, SystemBrowser } from '../ports.ts';
import { createTestAuthority, type TestAuthority } from './certificates.ts';
import { type ScriptedApi, startScriptedApi } from './scripted-api.ts';
import { type ScriptedAuthServer, startScriptedAuthServer } from './scripted-auth-server.ts';

/** A whole little world: real servers over real TLS, a real transport, and a clock that the test moves. */
export interface World {
  readonly authority: TestAuthority;
  readonly auth: ScriptedAuthServer;
  readonly api: ScriptedApi;
  readonly clock: MemoryClock;
  readonly store: MemoryStore;
  readonly logger: MemoryLogger;
  readonly transport: NodeTransport;
  readonly platform: Platform;
  /** A client of this world, of the same device and session as the others. */
  client(options?: Partial<ClientOptions>): Client;
  close(): Promise<void>;
}

export const REDIRECT_URI = 'com.example.app:/signed-in';

export async function startWorld(): Promise<World> {
  const authority = createTestAuthority();
  const certificate = authority.issue();
  const auth = await startScriptedAuthServer(certificate);
  const api = await startScriptedApi(certificate, auth.accessTokens);
  const clock = createMemoryClock(Date.now());
  const store = createMemoryStore();
  const logger = createMemoryLogger();
  const transport = createNodeTransport({ extraAuthorities: [authority.certificate] });
  const platform: Platform = {
    transport,
    store,
    deviceKey: createNodeDeviceKey(),
    lock: createMemoryLock(clock),
    clock,
    random: nodeRandom,
    digest: nodeDigest,
    browser: plainBrowser(authority.certificate),
    logger,
  };
  return {
    authority,
    auth,
    api,
    clock,
    store,
    logger,
    transport,
    platform,
    client: (options = {}) =>
      createClient({
        api: api.url,
        issuer: auth.issuer,
        clientId: 'orders-app',
        redirectUri: REDIRECT_URI,
        scopes: ['orders.read'],
        platform,
        ...options,
      }),
    async close() {
      await transport.close();
      await Promise.all([auth.close(), api.close()]);
    },
  };
}

/** A browser that does what browsers do with such an address: it asks for it and is sent back to the app. */
function plainBrowser(ca: string): SystemBrowser {
  return {
    open: (url) =>
      new Promise((resolve, reject) => {
        request(url, { ca, agent: false }, (response) => {
          response.resume();
          resolve(response.headers.location);
        })
          .on('error', reject)
          .end();
      }),
  };
}
