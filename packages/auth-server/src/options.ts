import type { OAuthStore, Quota, RateLimiter, UserStore } from '@sallyport/storage';
import type { SigningKeys } from './keys/signing-keys.ts';

/** One app: a public native client (RFC 8252). */
export interface AuthClient {
  /** `client_id`. */
  readonly id: string;
  /** What the sign-in page calls the app. */
  readonly name: string;
  readonly redirectUris: readonly string[];
  /** API scopes it may ask for. */
  readonly scopes: readonly string[];
}

/** Takes one line of the log: a JSON object without secrets and without a line end. */
export type Log = (line: string) => void;

/** What an auth server is made of. Every value is resolved: no defaults of the policy are known here. */
export interface AuthServerOptions {
  /** Origin, as the world sees it: `https://login.example.com`. */
  readonly issuer: string;
  /** `aud` of access tokens, and the one resource tokens are issued for (RFC 8707). */
  readonly audience: string;
  readonly clients: readonly AuthClient[];
  /** All scopes of the API. A client's scopes outside of it are never granted. */
  readonly apiScopes: readonly string[];
  /** Milliseconds. */
  readonly accessTokenLifetime: number;
  /** Milliseconds since the last use. */
  readonly refreshTokenLifetime: number;
  /** Failed sign-ins. */
  readonly signInLimits: { readonly user: Quota; readonly address: Quota };
  /** Requests of one network address, of any kind. */
  readonly addressLimit: Quota;
  readonly users: UserStore;
  readonly tokens: OAuthStore;
  readonly rateLimiter: RateLimiter;
  readonly signingKeys: SigningKeys;
  /** Sign the cookies of a sign-in under way: the first signs, all are accepted. Kept, so that a restart does not break it. */
  readonly cookieKeys: readonly string[];
  /**
   * 32 bytes that DPoP nonces are made from. Default: fresh for each process, which costs each app one more round trip
   * after a restart and makes proofs from before it worthless. Several processes behind one address need a common one.
   */
  readonly dpopNonceSecret?: Buffer;
  readonly tls: { readonly certificate: string; readonly key: string };
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
  readonly log: Log;
  /** Largest header section, in bytes. */
  readonly headerBytes?: number;
  /** Longest time a request may take to arrive, in milliseconds. */
  readonly requestTimeout?: number;
  /** Milliseconds since 1970. */
  readonly now?: () => number;
  /** Milliseconds on a clock that never steps back. */
  readonly monotonic?: () => number;
}
