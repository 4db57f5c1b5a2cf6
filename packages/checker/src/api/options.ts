import type { JsonWebKey, KeyObject } from 'node:crypto';

/** How the API wants its access token. Tampering keeps the carrier in use: a header nobody reads proves nothing. */
export type TokenCarrier =
  /** `scheme` other than Bearer, such as `Token`. */
  | { readonly kind: 'authorization'; readonly scheme?: string }
  | { readonly kind: 'header'; readonly name: string }
  | { readonly kind: 'cookie'; readonly name: string };

/** Test credentials of one user. They are used up: sessions end during the run. */
export interface TestUser {
  readonly accessToken: string;
  readonly refreshToken?: string | undefined;
  /** Private P-256 key the tokens are bound to (RFC 9449). */
  readonly dpopKey?: KeyObject | undefined;
}

export interface OAuthOptions {
  readonly clientId: string;
  /** The issuer's metadata is asked for addresses that are not given (RFC 8414). */
  readonly issuer?: string | undefined;
  readonly tokenEndpoint?: string | undefined;
  readonly revocationEndpoint?: string | undefined;
  readonly jwksUrl?: string | undefined;
}

export interface SignInOptions {
  /** Path or address. */
  readonly url: string;
  /** `json` by default. */
  readonly encoding?: 'json' | 'form';
  /** A member inside another is written with a dot. @example 'user.email' */
  readonly userField?: string;
  readonly passwordField?: string;
  /** An existing test account. With `active` it may get locked. */
  readonly user: string;
}

/** A route that may be called again and again without harm, named by the user. */
export interface IdempotentRoute {
  readonly method: string;
  /** Path or address. */
  readonly path: string;
  /** JSON text. */
  readonly body: string;
}

export interface AlertOptions {
  /** Loopback, unless the alerting system is elsewhere. */
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
  /** Seconds waited for an alert; default 120. */
  readonly wait?: number | undefined;
  /** Milliseconds listened before the first request: what is posted then, is posted every day. Default 2,000. */
  readonly quiet?: number | undefined;
}

export interface CheckApiOptions {
  /** A protected GET route, or the API's root when an OpenAPI document is given. */
  readonly url: string;
  /** Hosts that are not loopback and yet the user's own. */
  readonly owned?: readonly string[];
  /** Allows floods and lock-out probes. */
  readonly active?: boolean;
  readonly user?: TestUser | undefined;
  readonly secondUser?: TestUser | undefined;
  readonly carrier?: TokenCarrier;
  /** A token of the first user that has run out. */
  readonly expiredToken?: string | undefined;
  /** An ID token of the first user. */
  readonly idToken?: string | undefined;
  readonly oauth?: OAuthOptions | undefined;
  /** Keys the tokens are verified with, when the issuer publishes no key set. */
  readonly publicKeys?: readonly { readonly jwk: JsonWebKey; readonly pem: string | undefined }[];
  /** Sign-out route, called with the access token. */
  readonly logout?: { readonly method: string; readonly path: string } | undefined;
  readonly signIn?: SignInOptions | undefined;
  readonly idempotentRoute?: IdempotentRoute | undefined;
  /** Paths of objects that belong to the first user alone. */
  readonly objects?: readonly string[];
  /** The OpenAPI document's text, JSON or YAML. */
  readonly openapi?: string | undefined;
  readonly pins?: readonly string[];
  /** PEM of the authority to trust. */
  readonly ca?: string | undefined;
  /** Another port where plain HTTP may answer. */
  readonly plainHttpPort?: number | undefined;
  /** Where the user's alerting system posts its alerts to during the run; they prove the monitoring drill. */
  readonly alerts?: AlertOptions | undefined;
  /** Requests and connections in all; default 1,000. */
  readonly maxRequests?: number;
  /** Milliseconds in all, waiting for an alert apart; default 120,000. */
  readonly maxTime?: number;
  /** Milliseconds for one request; default 10,000. */
  readonly timeout?: number;
  /** Longest burst of the rate-limit probe, in requests; default 400. */
  readonly burst?: number;
  /** Run these audits only. */
  readonly only?: readonly string[];
}
