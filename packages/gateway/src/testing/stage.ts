import { randomBytes, randomUUID } from 'node:crypto';
import { Agent, request as httpsRequest } from 'node:https';
import { createTestCertificate } from '@sallyport/pipeline/testing';
import { policySchema, type RoutePolicy } from '@sallyport/policy';
import {
  createIdempotencyStore,
  createMemoryRateLimiter,
  createMemoryReplayStore,
  idempotencyMigrations,
  openDatabase,
} from '@sallyport/storage';
import { createGateway, type Gateway, type GatewayOptions } from '../create-gateway.ts';
import { createJwksSource } from '../jwks-source.ts';
import { createTestDevice, createTestIssuer, NOW, proofOf, type TestDevice, type TestIssuer } from './issuer.ts';
import { type RecordingUpstream, startRecordingUpstream } from './recording-upstream.ts';

export interface CallOptions {
  readonly method?: string;
  readonly headers?: Record<string, string | string[]>;
  readonly body?: string | Buffer;
  readonly token?: string;
  /** Left out: the device of the token signs. */
  readonly proof?: string | undefined;
  readonly signedBy?: TestDevice;
}

export interface Called {
  readonly status: number;
  readonly headers: Record<string, string | string[] | undefined>;
  readonly text: string;
  /** Reason code of a refusal. */
  readonly reason: string | undefined;
}

/** A gateway over real TLS, before a recording upstream, with an issuer and a device. */
export interface Stage {
  readonly gateway: Gateway;
  readonly url: string;
  readonly port: number;
  readonly authority: string;
  readonly upstream: RecordingUpstream;
  readonly issuer: TestIssuer;
  readonly device: TestDevice;
  /** Access lines so far, in order. One is written when its response closes, which the caller may see a moment before. */
  readonly lines: Record<string, unknown>[];
  /** The lines, once there are so many. */
  written(count: number): Promise<Record<string, unknown>[]>;
  /** Both clocks of the gateway move with it, in milliseconds. */
  advance(time: number): void;
  /** A request exactly as given. */
  send(path: string, options?: CallOptions): Promise<Called>;
  /** A signed request of the honest app: fetches a nonce first when it has none. */
  call(path: string, options?: CallOptions): Promise<Called>;
  /** The nonce the honest app holds. */
  nonce(): Promise<string>;
  close(): Promise<void>;
}

const parseRoutes = (routes: readonly object[]): RoutePolicy[] => {
  const client = { id: 'orders-app', name: 'Orders', redirectUris: ['com.example.orders:/signed-in'] };
  return policySchema.parse({ gateway: { upstream: 'http://127.0.0.1:1' }, auth: { clients: [client] }, routes }).routes;
};

const ROUTES = [
  { method: 'GET', path: '/public/**', access: 'public' },
  { method: 'POST', path: '/public/upload', access: 'public' },
  { method: ['GET', 'HEAD', 'DELETE'], path: '/orders/**', scopes: ['orders:read'] },
  { method: ['POST', 'PUT'], path: '/orders', scopes: ['orders:write'], idempotency: 'optional' },
  { method: 'POST', path: '/payments', idempotency: 'required' },
  { method: 'GET', path: '/admin', scopes: ['admin'] },
  { method: 'GET', path: '/bearer', proof: 'if-bound' },
];

export async function openStage(
  options: Partial<Omit<GatewayOptions, 'routes'>> & { readonly routes?: readonly object[] } = {},
): Promise<Stage> {
  const { routes = ROUTES, host = '127.0.0.1', ...rest } = options;
  const parsed = parseRoutes(routes);
  const upstream = await startRecordingUpstream();
  const device = createTestDevice();
  const issuer = createTestIssuer(device);
  const { certificate, key, authority } = createTestCertificate();
  const lines: Record<string, unknown>[] = [];
  let elapsed = 0;
  const monotonic = () => performance.now() + elapsed;
  const now = () => NOW + elapsed;
  const database = openDatabase(':memory:', idempotencyMigrations);
  const gateway = createGateway({
    host,
    port: 0,
    tls: { certificate, key },
    issuer: issuer.issuer,
    audience: issuer.audience,
    upstream: upstream.url,
    routes: parsed,
    limits: { headerBytes: 16_384, bodyBytes: 100_000, requestTimeout: 30_000, upstreamTimeout: 10_000 },
    rateLimits: { address: { limit: 100_000, window: 60_000 }, principal: { limit: 100_000, window: 60_000 } },
    keys: createJwksSource({ jwksUri: 'https://issuer.example/jwks', fetchText: async () => issuer.jwks, monotonic }),
    replayStore: createMemoryReplayStore({ monotonic }),
    rateLimiter: createMemoryRateLimiter({ monotonic }),
    idempotencyStore: createIdempotencyStore({ database, now, newClaim: randomUUID }),
    log: (line) => lines.push(JSON.parse(line)),
    now,
    monotonic,
    randomBytes,
    ...rest,
  });
  const { url, port } = await gateway.listen();
  let nonce: string | undefined;
  // Connections are kept, as an app keeps them; twenty racers have one each.
  const agent = new Agent({ keepAlive: true, maxSockets: 50 });
  const anyRoute = parsed.find(({ access, method }) => access === 'user' && method.includes('GET'));
  const probe = anyRoute?.path.replace(/\/\*\*$/, '') ?? '/';

  const stage: Stage = {
    gateway,
    url,
    port,
    authority,
    upstream,
    issuer,
    device,
    lines,
    async written(count) {
      while (lines.length < count) await new Promise((resolve) => setImmediate(resolve));
      return lines;
    },
    advance(time) {
      elapsed += time;
    },
    send(path, { method = 'GET', headers = {}, body } = {}) {
      return new Promise((resolve, reject) => {
        const target = { host, port, path, method, ca: authority, servername: 'localhost', agent };
        const request = httpsRequest({ ...target, headers: { Host: `localhost:${port}`, ...headers } }, (response) => {
          const chunks: Buffer[] = [];
          response.on('data', (chunk: Buffer) => chunks.push(chunk));
          response.on('error', reject);
          response.on('end', () => {
            const text = Buffer.concat(chunks).toString('utf8');
            const isProblem = response.headers['content-type'] === 'application/problem+json';
            resolve({
              status: response.statusCode ?? 0,
              headers: response.headers,
              text,
              reason: isProblem && text !== '' ? JSON.parse(text).reason : undefined,
            });
          });
        });
        request.on('error', reject);
        request.end(body);
      });
    },
    async call(path, { token = issuer.token(), signedBy = device, method = 'GET', headers = {}, ...rest } = {}) {
      const held = await stage.nonce();
      const proof = 'proof' in rest ? rest.proof : await proofOf(signedBy, { method, url: url + path, token, nonce: held });
      const credentials = { Authorization: `DPoP ${token}`, ...(proof !== undefined && { DPoP: proof }) };
      const called = await stage.send(path, { ...rest, method, headers: { ...credentials, ...headers } });
      const fresh = called.headers['dpop-nonce'];
      if (typeof fresh === 'string') nonce = fresh;
      return called;
    },
    async nonce() {
      if (nonce !== undefined) return nonce;
      const token = issuer.token();
      const proof = await proofOf(device, { url: url + probe, token });
      const { headers } = await stage.send(probe, { headers: { Authorization: `DPoP ${token}`, DPoP: proof } });
      nonce = String(headers['dpop-nonce']);
      await stage.written(1);
      lines.length = 0;
      return nonce;
    },
    async close() {
      agent.destroy();
      await gateway.close();
      await upstream.close();
      database.close();
    },
  };
  return stage;
}
