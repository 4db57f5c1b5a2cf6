import { createPublicKey, randomBytes, randomUUID } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { createGateway } from '@sallyport/gateway';
import { policySchema } from '@sallyport/policy';
import {
  createIdempotencyStore,
  createMemoryRateLimiter,
  createMemoryReplayStore,
  idempotencyMigrations,
  openDatabase,
} from '@sallyport/storage';
import { answerBenchmark } from './candidate.ts';

// The gateway as `sallyport serve` composes it, with limits nobody reaches and its log written to where logs cost nothing
// but the writing.
answerBenchmark(async ({ certificate, key, upstream, issuerKey }) => {
  const monotonic = () => performance.now();
  const plenty = { limit: 1_000_000, window: '1s' };
  const policy = policySchema.parse({
    gateway: { upstream },
    auth: { clients: [{ id: 'bench', name: 'Bench', redirectUris: ['com.example.bench:/'], scopes: ['read'] }] },
    rateLimits: { address: plenty, principal: plenty },
    routes: [
      { method: 'GET', path: '/dpop', scopes: ['read'] },
      { method: 'GET', path: '/bearer', scopes: ['read'], proof: 'if-bound' },
    ],
  });
  const issuer = createPublicKey({ key: issuerKey, format: 'jwk' });
  const log = createWriteStream('/dev/null');
  const gateway = createGateway({
    host: '127.0.0.1',
    port: 0,
    tls: { certificate, key },
    publicUrl: 'https://localhost',
    issuer: 'https://issuer.example',
    audience: 'https://localhost',
    upstream,
    routes: policy.routes,
    limits: policy.limits,
    rateLimits: policy.rateLimits,
    keys: { find: (kid) => (kid === issuerKey.kid ? issuer : undefined), generation: () => 1 },
    replayStore: createMemoryReplayStore({ monotonic }),
    rateLimiter: createMemoryRateLimiter({ monotonic }),
    idempotencyStore: createIdempotencyStore({
      database: openDatabase(':memory:', idempotencyMigrations),
      now: Date.now,
      newClaim: randomUUID,
    }),
    log: (line) => void log.write(`${line}\n`),
    now: Date.now,
    monotonic,
    randomBytes,
  });
  return (await gateway.listen()).port;
});
