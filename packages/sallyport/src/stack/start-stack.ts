import { randomBytes, randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { getCACertificates } from 'node:tls';
import { createAuthServer, loadCookieKeys, loadSigningKeys } from '@sallyport/auth-server';
import { createGateway, createJwksSource, httpsFetchText } from '@sallyport/gateway';
import type { ResolvedPolicy } from '@sallyport/policy';
import {
  authMigrations,
  createIdempotencyStore,
  createMemoryRateLimiter,
  createMemoryReplayStore,
  createOAuthStore,
  createUserStore,
  idempotencyMigrations,
  openDatabase,
  type UserStore,
} from '@sallyport/storage';
import { type DevelopmentCertificates, ensureDevelopmentCertificates } from '../certificates/development-certificates.ts';
import { openPinSetFile } from './pin-set-file.ts';

export interface StackOptions {
  readonly policy: ResolvedPolicy;
  /** From `openStateFolder`. */
  readonly stateFolder: string;
  /** Takes each log line of both servers: one JSON object, without a line end. */
  readonly log: (line: string) => void;
  /** Left out: both. */
  readonly only?: 'gateway' | 'auth';
}

/** Running servers, and what a client must know of them. */
export interface Stack {
  readonly gatewayUrl: string;
  readonly issuer: string;
  readonly audience: string;
  /** PEM of the development authority. */
  readonly certificateAuthority: string;
  /** Pins of the development key and of its backup. */
  readonly pins: readonly string[];
  readonly users: UserStore;
  /** Lets running requests end, then closes servers and databases. */
  close(): Promise<void>;
}

const monotonic = () => performance.now();

/**
 * Starts auth server and gateway by a policy, with certificates, keys and databases of the state folder.
 *
 * What was started is closed again when a later part cannot be.
 *
 * @throws errors with a `code`: StateFolderError, StoreUnavailableError, SecretFileError, CertificateFileError, PinSetFileError, and
 * node's own for an address that is taken.
 */
export async function startStack({ policy, stateFolder, log, only }: StackOptions): Promise<Stack> {
  const development = ensureDevelopmentCertificates(join(stateFolder, 'tls'), Date.now);
  const closers: (() => unknown)[] = [];
  const close = async () => {
    for (const closer of closers.splice(0).reverse()) await closer();
  };

  try {
    const authDatabase = openDatabase(join(stateFolder, 'auth.sqlite'), authMigrations);
    closers.push(() => authDatabase.close());
    const users = createUserStore(authDatabase);

    if (only !== 'gateway') {
      const { auth } = policy;
      const server = createAuthServer({
        ...auth.listen,
        issuer: auth.issuer,
        audience: policy.api.audience,
        clients: auth.clients,
        apiScopes: [...new Set(policy.routes.flatMap(({ scopes }) => scopes))],
        accessTokenLifetime: auth.accessTokenLifetime,
        refreshTokenLifetime: auth.refreshTokenLifetime,
        signInLimits: auth.signInLimits,
        addressLimit: policy.rateLimits.address,
        users,
        tokens: createOAuthStore(authDatabase),
        // One each: what an address spends at the gateway must not keep it from signing in.
        rateLimiter: createMemoryRateLimiter({ monotonic }),
        signingKeys: loadSigningKeys(join(stateFolder, 'signing-keys.json')),
        cookieKeys: loadCookieKeys(join(stateFolder, 'cookie-key')),
        tls: readTls(auth.tls, development),
        log,
      });
      await server.listen();
      closers.push(() => server.close());
    }

    if (only !== 'auth') {
      const database = openDatabase(join(stateFolder, 'gateway.sqlite'), idempotencyMigrations);
      closers.push(() => database.close());
      const { gateway } = policy;
      // The issuer may be our own auth server with its development certificate, or anybody's with a public one.
      const trusted = [...getCACertificates('default'), development.certificateAuthority].join('\n');
      const server = createGateway({
        ...gateway.listen,
        publicUrl: gateway.publicUrl,
        upstream: gateway.upstream,
        tls: readTls(gateway.tls, development),
        issuer: policy.auth.issuer,
        audience: policy.api.audience,
        routes: policy.routes,
        limits: policy.limits,
        rateLimits: policy.rateLimits,
        pins: gateway.pins === undefined ? undefined : openPinSetFile(gateway.pins, log),
        keys: createJwksSource({
          jwksUri: `${policy.auth.issuer}/jwks`,
          fetchText: httpsFetchText(trusted),
          monotonic,
          onFailure: (why) => log(JSON.stringify({ time: new Date().toISOString(), event: 'keys-not-fetched', why })),
        }),
        replayStore: createMemoryReplayStore({ monotonic }),
        rateLimiter: createMemoryRateLimiter({ monotonic }),
        idempotencyStore: createIdempotencyStore({ database, now: Date.now, newClaim: randomUUID }),
        log,
        now: Date.now,
        monotonic,
        randomBytes,
      });
      await server.listen();
      closers.push(() => server.close());
    }

    return {
      gatewayUrl: policy.gateway.publicUrl,
      issuer: policy.auth.issuer,
      audience: policy.api.audience,
      certificateAuthority: development.certificateAuthority,
      pins: development.pins,
      users,
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/** A certificate or key named in the policy cannot be read. */
class CertificateFileError extends Error {
  readonly code = 'certificate-unreadable';
}

function readTls(files: ResolvedPolicy['gateway']['tls'], development: DevelopmentCertificates): { certificate: string; key: string } {
  if (files === undefined) return development;
  try {
    return { certificate: readFileSync(files.certificate, 'utf8'), key: readFileSync(files.key, 'utf8') };
  } catch (error) {
    const { code, path } = error as NodeJS.ErrnoException;
    throw new CertificateFileError(`Cannot read ${path} (${code}), named under tls in the policy. Check the path and who may read it.`, {
      cause: error,
    });
  }
}
