import { randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { serveTls, supportCodes, type TlsServer } from '@sallyport/pipeline';
import { redactValue } from '@sallyport/protocol';
import { createMemoryRateLimiter } from '@sallyport/storage';
import { createAnswerRequest } from './answer-request.ts';
import { createProvider } from './engine/create-provider.ts';
import type { AuthServerOptions } from './options.ts';
import { purgeExpired } from './purge-expired.ts';
import { renderError } from './render-error.ts';
import { recordOf } from './request-record.ts';
import { createSignIn } from './sign-in/sign-in.ts';
import { watchEngine } from './watch-engine.ts';

/** Largest header section, in bytes: a request with all parameters in its address, and the cookies. */
const HEADER_BYTES = 16_384;

/** Longest time a request may take to arrive, in milliseconds. */
const REQUEST_TIMEOUT = 30_000;

export interface AuthServer {
  /** @throws when the address is taken or the certificate does not fit the key. */
  listen(): Promise<{ readonly url: string; readonly port: number }>;
  /** Lets running requests end. Does not close the stores, which it did not open. */
  close(): Promise<void>;
  /** Serves another certificate from the next handshake on. PEM. */
  setCertificate(certificate: string, key: string): void;
}

/**
 * Turns a proven user and device into short-lived, sender-bound tokens; rotates and revokes them.
 *
 * @example
 *   const server = createAuthServer({ issuer: 'https://login.example.com', audience: 'https://api.example.com', … });
 *   const { port } = await server.listen();
 */
export function createAuthServer(options: AuthServerOptions): AuthServer {
  const { now = Date.now, monotonic = () => performance.now(), dpopNonceSecret = randomBytes(32), log, host, tls, tokens } = options;
  const newSupportCode = supportCodes(randomBytes);
  const provider = createProvider({
    ...options,
    now,
    dpopNonceSecret,
    renderError,
    onRefresh: (ctx, outcome) => {
      recordOf(ctx.req as IncomingMessage).outcome = outcome;
    },
  });
  watchEngine(provider);
  const callback = provider.callback();
  const answer = createAnswerRequest({
    ...options,
    now,
    monotonic,
    newSupportCode,
    engine: (request, response) => callback(request, response as ServerResponse),
    signIn: createSignIn({ ...options, provider, failures: createMemoryRateLimiter({ monotonic }) }),
  });
  const note = (event: string, facts: object) => log(JSON.stringify({ time: new Date(now()).toISOString(), event, ...facts }));
  let server: TlsServer | undefined;
  let stopPurging: (() => void) | undefined;

  return {
    async listen() {
      server = await serveTls({
        host,
        port: options.port,
        ...tls,
        http2: true,
        headerBytes: options.headerBytes ?? HEADER_BYTES,
        requestTimeout: options.requestTimeout ?? REQUEST_TIMEOUT,
        newSupportCode,
        handler: answer,
        onRefused: (refusal) => note('access', { outcome: 'refused', ...refusal }),
      });
      stopPurging = purgeExpired(tokens, now, (error) => note('purge-failed', { detail: redactValue(error) }));
      return { url: options.issuer, port: server.port };
    },
    async close() {
      stopPurging?.();
      await server?.close();
    },
    setCertificate: (certificate, key) => server?.setCertificate(certificate, key),
  };
}
