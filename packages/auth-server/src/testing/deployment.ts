import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createTestCertificate } from '@sallyport/pipeline/testing';
import { authMigrations, createMemoryRateLimiter, createOAuthStore, createUserStore, openDatabase } from '@sallyport/storage';
import { type AuthServer, createAuthServer } from '../auth-server.ts';
import { createSigningKey } from '../keys/signing-keys.ts';
import type { AuthServerOptions } from '../options.ts';
import { App, type AppOptions } from './app.ts';

/** A whole auth server for tests: real TLS, real SQLite in a folder of its own. */
export interface Deployment {
  readonly issuer: string;
  readonly folder: string;
  readonly options: AuthServerOptions;
  readonly certificateAuthority: string;
  /** Every log line, parsed. */
  readonly lines: Record<string, unknown>[];
  readonly app: (options?: Partial<AppOptions>) => App;
  /** Ends the server and starts another on the same files. */
  restart(): Promise<void>;
  /** Ends the server and leaves its files. */
  stop(): Promise<void>;
  close(): Promise<void>;
}

export const AUDIENCE = 'https://api.example.com';

/** @param changes what differs from a plain deployment with one user, ana. */
export async function deploy(changes: Partial<AuthServerOptions> = {}): Promise<Deployment> {
  const folder = mkdtempSync(join(tmpdir(), 'sallyport-auth-'));
  const { certificate, key, authority } = createTestCertificate();
  const port = await freePort();
  const issuer = `https://localhost:${port}`;
  const database = openDatabase(join(folder, 'auth.sqlite'), authMigrations);
  const lines: Record<string, unknown>[] = [];
  const options: AuthServerOptions = {
    issuer,
    audience: AUDIENCE,
    clients: [
      {
        id: 'orders-app',
        name: 'Orders & <Co>',
        redirectUris: ['com.example.orders:/signed-in', 'http://127.0.0.1/signed-in'],
        scopes: ['orders:read', 'orders:write'],
      },
      { id: 'reader-app', name: 'Reader', redirectUris: ['com.example.reader:/signed-in'], scopes: ['orders:read'] },
    ],
    apiScopes: ['orders:read', 'orders:write', 'admin'],
    accessTokenLifetime: 900_000,
    refreshTokenLifetime: 30 * 86_400_000,
    signInLimits: { user: { limit: 5, window: 900_000 }, address: { limit: 50, window: 900_000 } },
    addressLimit: { limit: 6000, window: 60_000 },
    users: createUserStore(database),
    tokens: createOAuthStore(database),
    rateLimiter: createMemoryRateLimiter({ monotonic: () => performance.now() }),
    signingKeys: { keys: [createSigningKey()] },
    cookieKeys: ['a key for tests, and for nothing else'],
    tls: { certificate, key },
    host: '127.0.0.1',
    // Asked anew each time, so that a test can set the clock.
    now: () => Date.now(),
    port,
    log: (line) => lines.push(JSON.parse(line) as Record<string, unknown>),
    ...changes,
  };
  await options.users.addUser('ana', 'correct horse battery');
  let server: AuthServer = createAuthServer(options);
  await server.listen();
  const apps: App[] = [];
  const closeApps = () => Promise.all(apps.splice(0).map((app) => app.close()));
  return {
    issuer,
    folder,
    options,
    certificateAuthority: authority,
    lines,
    app: (appOptions = {}) => {
      const app = new App({ issuer, certificateAuthority: authority, ...appOptions });
      apps.push(app);
      return app;
    },
    async restart() {
      await server.close();
      server = createAuthServer(options);
      await server.listen();
      await Promise.all(apps.map((app) => app.browser.reconnect()));
    },
    stop: () => server.close(),
    async close() {
      await closeApps();
      await server.close();
      database.close();
      rmSync(folder, { recursive: true });
    },
  };
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const probe = createServer().listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as { port: number };
      probe.close(() => resolve(port));
    });
  });
}
