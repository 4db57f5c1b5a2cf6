import { randomBytes, randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type PinPolicy, TransportError } from '@sallyport/client';
import { createNodeTransport } from '@sallyport/client/node';
import { createGateway } from '@sallyport/gateway';
import { type PlanCertificate, pinOfCertificateKey, pinOfWholeCertificate } from '@sallyport/pins';
import { certify, freshKey, type Identity } from '@sallyport/pins/testing';
import { policySchema } from '@sallyport/policy';
import type { SeenChain } from '@sallyport/protocol';
import {
  createIdempotencyStore,
  createMemoryRateLimiter,
  createMemoryReplayStore,
  idempotencyMigrations,
  openDatabase,
} from '@sallyport/storage';

const DAY = 86_400_000;
export const HOST = 'api.test';

type Key = ReturnType<typeof freshKey>;

/** An authority with as many intermediates as its history needs. */
export interface Issuer {
  readonly root: Identity;
  readonly intermediate: Identity;
}

/**
 * A gateway that serves real certificates to real clients, while the dates live on a fake clock.
 *
 * OpenSSL reads the clock of the machine, so what goes over the wire is valid today; the planner is given the same keys
 * with the dates they would have in the story.
 */
export interface PinnedWorld {
  /** Milliseconds since 1970 on the fake clock. */
  now: number;
  makeIssuer(name: string, root?: Identity): Promise<Issuer>;
  /** Issues a certificate of so many days for a key and serves it from the next handshake on. */
  serve(key: Key, issuer: Issuer, days: number, issuerEnds?: number): Promise<void>;
  /** What is served now, with its dates in the story. */
  readonly chain: readonly PlanCertificate[];
  readonly seen: SeenChain;
  /** One real call of the real client with these pins. */
  call(pins: PinPolicy): Promise<'ok' | 'pin-failure'>;
  /** The signed set the gateway gives out. */
  token: string | undefined;
  /** How a client of this world reaches the gateway. */
  readonly way: {
    readonly extraAuthorities: readonly string[];
    readonly connectTo: Readonly<Record<string, { readonly host: string; readonly port: number }>>;
  };
  /** Lines the gateway has logged, but for those of requests. */
  readonly lines: readonly Record<string, unknown>[];
  /** Requests that reached the backend. */
  readonly served: number;
  close(): Promise<void>;
}

export async function openPinnedWorld(start: number): Promise<PinnedWorld> {
  let served = 0;
  const backend = createServer((_, response) => {
    served++;
    response.end('pong');
  });
  await new Promise<void>((resolve) => backend.listen(0, '127.0.0.1', resolve));
  const valid = { notBefore: Date.now() - 400 * DAY, notAfter: Date.now() + 400 * DAY };
  const roots: string[] = [];
  const makeIssuer = async (name: string, given?: Identity): Promise<Issuer> => {
    const root = given ?? (await certify({ subject: `CN=${name} Root ${randomUUID()}`, ca: true, ...valid }));
    if (given === undefined) roots.push(root.certificate.toString());
    return { root, intermediate: await certify({ subject: `CN=${name} Intermediate ${randomUUID()}`, issuer: root, ca: true, ...valid }) };
  };
  const issue = (key: Key, { intermediate }: Issuer) =>
    certify({ subject: `CN=${HOST}`, issuer: intermediate, key, hosts: [HOST], ...valid });
  const first = await issue(freshKey(), await makeIssuer('Nobody'));
  const lines: Record<string, unknown>[] = [];
  const log = (line: string) => {
    const parsed = JSON.parse(line);
    if (parsed.event !== 'access') lines.push(parsed);
  };
  const gateway = await startGateway(first, (backend.address() as AddressInfo).port, () => world.token, log);
  const place = { host: '127.0.0.1', port: gateway.port };
  const way = { extraAuthorities: roots, connectTo: { [`${HOST}:443`]: place, [HOST]: place } };
  let chain: PlanCertificate[] = [];
  const world: PinnedWorld = {
    now: start,
    token: undefined,
    way,
    lines,
    makeIssuer,
    async serve(key, issuer, days, issuerEnds = world.now + 3650 * DAY) {
      const leaf = await issue(key, issuer);
      gateway.setCertificate(leaf.chainPem, leaf.keyPem);
      const times = [world.now + days * DAY, issuerEnds, world.now + 7300 * DAY];
      const roles = ['leaf', 'intermediate', 'root'] as const;
      chain = [leaf, issuer.intermediate, issuer.root].map(({ certificate }, index) => ({
        role: roles[index] as (typeof roles)[number],
        pin: pinOfCertificateKey(certificate),
        certificatePin: pinOfWholeCertificate(certificate),
        subject: certificate.subject,
        notBefore: world.now,
        notAfter: times[index] as number,
      }));
    },
    get chain() {
      return chain;
    },
    get seen() {
      return { pins: chain.map(({ pin }) => pin), certificates: chain.map(({ certificatePin }) => certificatePin) };
    },
    get served() {
      return served;
    },
    async call(pins) {
      const transport = createNodeTransport({ ...way, pins, now: () => world.now });
      try {
        const request = {
          method: 'GET',
          url: `https://${HOST}/ping`,
          headers: {},
          body: undefined,
          signal: new AbortController().signal,
          maxBytes: 1000,
        };
        const { status } = await transport.send(request);
        if (status !== 200) throw new Error(`The gateway answered ${status}.`);
        return 'ok';
      } catch (error) {
        if (error instanceof TransportError && error.failure === 'pin-failure') return 'pin-failure';
        throw error;
      } finally {
        await transport.close();
      }
    },
    async close() {
      await gateway.close();
      backend.closeAllConnections();
      backend.close();
    },
  };
  return world;
}

async function startGateway(
  { chainPem, keyPem }: Identity,
  backendPort: number,
  token: () => string | undefined,
  log: (line: string) => void,
) {
  const upstream = `http://127.0.0.1:${backendPort}`;
  const policy = policySchema.parse({
    gateway: { upstream },
    auth: { clients: [{ id: 'app', name: 'App', redirectUris: ['com.example.app:/signed-in'] }] },
    routes: [{ method: 'GET', path: '/ping', access: 'public' }],
    rateLimits: { address: { limit: 1_000_000, window: '1d' } },
  });
  const monotonic = () => performance.now();
  const gateway = createGateway({
    host: '127.0.0.1',
    port: 0,
    tls: { certificate: chainPem, key: keyPem },
    publicUrl: `https://${HOST}`,
    issuer: 'https://issuer.test',
    upstream,
    routes: policy.routes,
    limits: policy.limits,
    rateLimits: policy.rateLimits,
    keys: { find: () => undefined } as never,
    replayStore: createMemoryReplayStore({ monotonic }),
    rateLimiter: createMemoryRateLimiter({ monotonic }),
    idempotencyStore: createIdempotencyStore({
      database: openDatabase(':memory:', idempotencyMigrations),
      now: Date.now,
      newClaim: randomUUID,
    }),
    log,
    pins: { token },
    now: Date.now,
    monotonic,
    randomBytes,
  });
  const { port } = await gateway.listen();
  return { port, close: () => gateway.close(), setCertificate: gateway.setCertificate };
}
