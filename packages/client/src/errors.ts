import type { ReasonCode } from '@sallyport/protocol';

/** What each code means and what to do: what a developer reads, and what an app may show when it has no words of its own. */
const MESSAGES = {
  offline: 'The server could not be reached. Check the connection and try again.',
  timeout: 'The server took too long to answer. Try again.',
  cancelled: 'The request was cancelled by the app.',
  'pin-failure':
    'The connection is not private: the server did not show a pinned key, so nothing was sent. Use another network, or update the app.',
  'untrusted-server':
    'The connection is not private: the certificate of the server was not accepted, so nothing was sent. Use another network.',
  'invalid-response': 'The server gave an answer that could not be understood. Try again later.',
  'rate-limited': 'Too many requests. Wait for `retryAfter` and try again.',
  'http-status': 'The server refused the request.',
  'outcome-unknown':
    'It is not known whether the request was carried out. Query its state, or send it again with the same idempotency key, before asking the user to repeat it.',
  'sign-in-required': 'Nobody is signed in. Call signIn() first.',
  'session-ended': 'The session has ended. Call signIn().',
  'sign-in-cancelled': 'The sign-in was cancelled.',
  'sign-in-failed': 'The sign-in failed. Try again.',
  'store-locked': 'The credential store is locked. Unlock the device and try again; nobody was signed out.',
  'insecure-url': 'Only https:// addresses are used. Change the address, or name the host in plainHttpHosts for development.',
  'invalid-request': 'The request cannot be sent as it stands.',
  'invalid-option': 'The client cannot be created with these options.',
  'platform-failure':
    'A part of the platform failed: store, lock, key, digest or browser. What it said is not passed on, because it may quote a secret.',
} as const;

/** A permanent code. May be retired, never renamed or given another meaning. */
export type ClientErrorCode = keyof typeof MESSAGES;

/**
 * Every failure of the client. Match on `code`, never on the message.
 *
 * Shows no text of a server and has no cause: nothing in it can carry a token into a log.
 */
export class ClientError extends Error {
  override readonly name: string = 'ClientError';
  readonly code: ClientErrorCode;

  constructor(code: ClientErrorCode, message: string = MESSAGES[code]) {
    super(message);
    this.code = code;
  }
}

/** What is known of a refusal. */
interface Refusal {
  readonly reason?: ReasonCode | undefined;
  readonly title?: string | undefined;
  readonly supportCode?: string | undefined;
  readonly detail?: unknown;
}

/** The server answered with a status that is no success. `title` and `reason` are from our own list, never its words. */
export class HttpStatusError extends ClientError {
  override readonly name: string = 'HttpStatusError';
  readonly status: number;
  /** The gateway's permanent reason, when it was the gateway that refused. */
  readonly reason: ReasonCode | undefined;
  /** What a user tells support, and support finds in the log. */
  readonly supportCode: string | undefined;

  // Private, so that neither JSON.stringify nor util.inspect shows it.
  readonly #detail: unknown;

  constructor(status: number, refusal: Refusal, code: ClientErrorCode = 'http-status') {
    super(code, refusal.title ?? (code === 'http-status' ? `The server refused the request (${status}).` : undefined));
    this.status = status;
    this.reason = refusal.reason;
    this.supportCode = refusal.supportCode;
    this.#detail = refusal.detail;
  }

  /** What the request's `decodeError` made of the body; `undefined` without one, or when it threw. */
  get detail(): unknown {
    return this.#detail;
  }
}

/** 429, and the call may not be repeated or its time does not allow to wait any longer. */
export class RateLimitedError extends HttpStatusError {
  override readonly name = 'RateLimitedError';
  /** Milliseconds the server asks to wait. */
  readonly retryAfter: number | undefined;

  constructor(refusal: Refusal, retryAfter: number | undefined) {
    super(429, refusal, 'rate-limited');
    this.retryAfter = retryAfter;
  }
}

/** An unsafe request went out and no definite answer came: it may or may not have been carried out (REQUIREMENTS C8). */
export class OutcomeUnknownError extends ClientError {
  override readonly name = 'OutcomeUnknownError';
  /** What hid the outcome: `timeout`, `offline`, `http-status`, … */
  readonly why: ClientErrorCode;
  readonly supportCode: string | undefined;
  // Private, so that neither JSON.stringify nor util.inspect shows it.
  readonly #idempotencyKey: string | undefined;

  constructor(why: ClientErrorCode, idempotencyKey: string | undefined, supportCode?: string) {
    super('outcome-unknown');
    this.why = why;
    this.supportCode = supportCode;
    this.#idempotencyKey = idempotencyKey;
  }

  /** The key that was used, to send the very same request again; `undefined` when it had none, so it must not be sent again. */
  get idempotencyKey(): string | undefined {
    return this.#idempotencyKey;
  }
}

/**
 * Why a session ended: the user signed out, the auth server refused the refresh token, the device key is gone, the token
 * ran out and there was nothing to refresh it with, or another process of the app ended it.
 */
export type SessionEnd = 'signed-out' | 'refused' | 'device-key-lost' | 'expired' | 'ended-elsewhere';

/** The session is over, for every request that was waiting on it. */
export class SessionEndedError extends ClientError {
  override readonly name = 'SessionEndedError';
  readonly why: SessionEnd;

  constructor(why: SessionEnd) {
    super('session-ended');
    this.why = why;
  }
}

/** Where a sign-in failed, in fixed words of ours. */
export type SignInFault =
  | 'metadata' // the issuer's metadata is missing, of another issuer, or lacks what we insist on
  | 'request-refused' // the auth server refused the (pushed) authorization request
  | 'callback-malformed' // the browser came back with something that is no answer to our question
  | 'state-mismatch' // an answer to another question: cross-site request forgery looks like this
  | 'issuer-mismatch' // an answer of another server: a mix-up attack looks like this (RFC 9207)
  | 'authorization-refused' // the auth server said no
  | 'code-refused' // the code was not accepted
  | 'token-malformed'; // the token response is not what RFC 6749 and RFC 9449 demand

export class SignInFailedError extends ClientError {
  override readonly name = 'SignInFailedError';
  readonly fault: SignInFault;

  constructor(fault: SignInFault) {
    super('sign-in-failed', `${MESSAGES['sign-in-failed']} (${fault})`);
    this.fault = fault;
  }
}

/** Thrown by a credential store or device key that exists but cannot be read now. Nobody is signed out by it. */
export class StoreLockedError extends ClientError {
  override readonly name = 'StoreLockedError';

  constructor() {
    super('store-locked');
  }
}

/** Thrown by a lock that was not free in time. */
export class LockTimeoutError extends ClientError {
  override readonly name = 'LockTimeoutError';

  constructor() {
    super('timeout', 'Another process of the app is still renewing the session. Try again.');
  }
}
