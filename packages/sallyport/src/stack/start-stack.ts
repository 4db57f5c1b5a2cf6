import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type AuthServer, createAuthServer, loadCookieKeys, loadSigningKeys } from '@sallyport/auth-server';
import { createGateway, createJwksSource, type Gateway, httpsFetchText } from '@sallyport/gateway';
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

export interface StackOptions {
  readonly policy: ResolvedPolicy;
  /** An opened state folder. */
  readonly stateFolder: string;
  /** Takes every log line, of both servers, as JSON without a line end. */
  readonly log: (line: string) => void;
  readonly only?: 'gateway' | 'auth';
}

/** Running servers, and what a client must know of them. */
export interface Stack {
  readonly gatewayUrl: string;
  readonly issuer: string;
  readonly audience: string;
  /** PEM of the development authority; trusted by nobody who is not told to. */
  readonly certificateAuthority: string;
  /** Pins of the server key and of its backup. */
  readonly pins: readonly string[];
  readonly users: UserStore;
  /** Lets running requests end, then closes servers and databases. */
  close(): Promise<void>;
}
