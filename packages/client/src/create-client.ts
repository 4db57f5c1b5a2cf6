import { buildCall, type Request, type RequestOptions } from './build-call.ts';
import { isRepeatable, throughInterceptors } from './call.ts';
import { type ClientOptions, readOptions } from './client-options.ts';
import { ClientError, type SessionEnd } from './errors.ts';
import { authorise } from './interceptors/authorise.ts';
import { deadline } from './interceptors/deadline.ts';
import { explain } from './interceptors/explain.ts';
import { httpsOnly, isSecureAddress } from './interceptors/https-only.ts';
import { idempotencyKey } from './interceptors/idempotency-key.ts';
import { proof } from './interceptors/proof.ts';
import { record } from './interceptors/record.ts';
import { retry } from './interceptors/retry.ts';
import { createNonceCache } from './nonce-cache.ts';
import { createAuthority } from './oauth/authority.ts';
import { createDiscovery } from './oauth/discover.ts';
import { renewTokens } from './oauth/renew-tokens.ts';
import { type Revocation, revokeToken } from './oauth/revoke-token.ts';
import { signInWith } from './oauth/sign-in.ts';
import { toClientError } from './platform-failure.ts';
import { type Answer, readAnswer } from './read-answer.ts';
import { redactingLogger } from './redacting-logger.ts';
import { createRetryQuota } from './retry-quota.ts';
import { sendCall } from './send-call.ts';
import { createSession } from './session.ts';

/** One request to the auth server may take so long, in milliseconds: three of them fit into the time of a call. */
const AUTHORITY_TIMEOUT = 9000;

/** What an app may know of its session. The tokens are not in it. */
export interface SessionState {
  readonly scope: string;
  /** `sub` of the ID token, when the scope `openid` was asked for. */
  readonly subject: string | undefined;
  /** Milliseconds since 1970 at which the access token runs out; it is renewed before. */
  readonly expiresAt: number;
}

/** The one way of an app to its API. */
export interface Client {
  /** Signs a user in, in the system browser. Calling it twice at once shows one sign-in. */
  signIn(): Promise<SessionState>;
  /** Forgets everything here, then revokes it at the auth server. Works offline; calling it again does nothing. */
  signOut(): Promise<Revocation>;
  /** @returns `undefined` when nobody is signed in. @throws ClientError `store-locked`, which is not the same. */
  session(): Promise<SessionState | undefined>;
  /** Renews the tokens now, for instance after the user was given a new role. */
  refresh(): Promise<SessionState>;
  request<T = unknown>(request: Request<T>): Promise<Answer<T>>;
  get<T = unknown>(path: string, options?: RequestOptions<T>): Promise<Answer<T>>;
  post<T = unknown>(path: string, options?: RequestOptions<T>): Promise<Answer<T>>;
  put<T = unknown>(path: string, options?: RequestOptions<T>): Promise<Answer<T>>;
  patch<T = unknown>(path: string, options?: RequestOptions<T>): Promise<Answer<T>>;
  delete<T = unknown>(path: string, options?: RequestOptions<T>): Promise<Answer<T>>;
  /** Is called exactly once per session, however many requests were waiting. @returns stops listening. */
  onSessionEnded(listener: (why: SessionEnd) => void): () => void;
}

/**
 * Makes the client of an app.
 *
 * @throws ClientError `invalid-option` or `insecure-url`
 * @example const client = createClient({ api, issuer, clientId, redirectUri, scopes: ['orders.read'], platform: nodePlatform() })
 */
export function createClient(given: ClientOptions): Client {
  const options = readOptions(given);
  const { api, issuer, clientId, redirectUri, scopes, resource, timeout, attemptTimeout, maxBytes, plainHttpHosts, platform } = options;
  const { transport, store, deviceKey, lock, clock, random, digest, browser } = platform;
  const logger = redactingLogger(platform.logger);
  const nonces = createNonceCache();
  const quota = createRetryQuota();
  if (plainHttpHosts.length > 0) logger.log({ event: 'plain-http-allowed', hosts: plainHttpHosts });

  /** The way to the auth server: nothing that needs a token, so that it can never wait for itself. */
  const authority = createAuthority(
    throughInterceptors(
      [deadline(clock, AUTHORITY_TIMEOUT), proof({ clock, random, digest, nonces }), httpsOnly(plainHttpHosts)],
      sendCall(transport),
    ),
  );
  const discover = createDiscovery({ authority, issuer, clock, isAllowed: (url) => isSecureAddress(url, plainHttpHosts) });
  const session = createSession({
    issuer,
    clientId,
    store,
    deviceKey,
    lock,
    clock,
    logger,
    renewTokens: renewTokens({ authority, discover, resource, clock, random }),
  });
  const startSignIn = signInWith({
    authority,
    discover,
    clientId,
    redirectUri,
    scopes,
    resource,
    deviceKey,
    browser,
    clock,
    random,
    digest,
  });
  const revoke = revokeToken({ authority, discover, logger });

  /** The way of a request, outermost first: it is read downwards going out and upwards coming back. */
  const way = throughInterceptors(
    [
      record(logger, clock), // sees everything that happened, writes one redacted record
      explain(clock), // status and failure become one typed error
      deadline(clock, timeout), // the total time: all that follows together
      idempotencyKey(random), // one key for all attempts
      retry({ clock, random, quota }), // from here on once per attempt
      authorise(session), // the token at the last moment; one replay after 401
      proof({ clock, random, digest, nonces }), // a fresh signature each time, so it is inside of every repetition
      deadline(clock, attemptTimeout, isRepeatable), // one lost answer must not eat the time of all attempts
      httpsOnly(plainHttpHosts), // the last word on where a credential may go
    ],
    sendCall(transport),
  );

  async function request<T>(wanted: Request<T>): Promise<Answer<T>> {
    const response = await way(buildCall(api, wanted, maxBytes));
    return readAnswer(response, wanted.decode ?? ((value) => value as T));
  }
  const by = (method: string) => {
    return <T>(path: string, requestOptions: RequestOptions<T> = {}) => request<T>({ ...requestOptions, method, path });
  };

  /** Runs a task of the session, records that it ran, and lets out only errors of ours. */
  async function task<T>(event: string, work: () => Promise<T>): Promise<T> {
    try {
      const result = await work();
      logger.log({ event, ok: true });
      return result;
    } catch (thrown) {
      const error = toClientError(thrown);
      logger.log({ event, ok: false, error: error.code, message: error.message });
      throw error;
    }
  }

  let signingIn: Promise<SessionState> | undefined;
  let signingOut: Promise<Revocation> | undefined;
  return {
    signIn() {
      signingIn ??= task('sign-in', async () => {
        // Its last step drops the key, which must not be ours.
        await signingOut?.catch(() => undefined);
        const credentials = await startSignIn();
        await signingOut?.catch(() => undefined);
        const key = await deviceKey.load();
        // Signed out while the browser was open: the tokens are for a key that is gone.
        if (key?.jwk.x !== credentials.jwk.x) throw new ClientError('sign-in-cancelled');
        await session.adopt(credentials);
        return stateOf(credentials);
      }).finally(() => {
        signingIn = undefined;
      });
      return signingIn;
    },
    signOut() {
      signingOut ??= task('sign-out', async () => {
        try {
          const wiped = await session.wipe();
          const revocation = wiped === undefined ? 'none' : await revoke(wiped.credentials, wiped.signer);
          await session.dropKey();
          return revocation;
        } finally {
          nonces.clear();
        }
      }).finally(() => {
        signingOut = undefined;
      });
      return signingOut;
    },
    async session() {
      const credentials = await session.read().catch((error) => Promise.reject(toClientError(error)));
      return credentials && stateOf(credentials);
    },
    refresh: () => task('refresh', async () => stateOf((await session.renew(undefined)).credentials)),
    request,
    get: by('GET'),
    post: by('POST'),
    put: by('PUT'),
    patch: by('PATCH'),
    delete: by('DELETE'),
    onSessionEnded: session.onEnded,
  };
}

function stateOf({ scope, subject, expiresAt }: SessionState): SessionState {
  return { scope, subject, expiresAt };
}
