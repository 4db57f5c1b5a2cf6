import type { IncomingMessage, ServerResponse } from 'node:http';
import { clientAddress } from '@sallyport/pipeline';
import type { RoutePolicy } from '@sallyport/policy';
import type { ReasonCode } from '@sallyport/protocol';
import type { StoredAnswer } from '@sallyport/storage';
import type { Fields } from './read-fields.ts';
import type { Target } from './read-target.ts';

/** What is known before any guard has run. */
export interface Arrival {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  /** The address limits are kept for, see {@link clientAddress}. */
  readonly address: string;
}

/** correlation-id gives it. */
export interface Named {
  readonly supportCode: string;
}

/** transport gives it: a request that can be read in one way only. */
export interface Readable {
  readonly target: Target;
  readonly fields: Fields;
  readonly hasBody: boolean;
}

/** route gives it. */
export interface Routed {
  readonly route: Route;
}

/** access-token gives it. */
export interface Identified {
  readonly principal: Principal;
  /** Base64url SHA-256 of the access token: the `ath` a proof must carry. */
  readonly tokenDigest: string;
  /** Whether the token came under the scheme DPoP (else Bearer). */
  readonly scheme: 'dpop' | 'bearer';
}

/** idempotency gives it, when the request carries a key: the right to execute, or the answer there was. */
export interface Claimed {
  readonly claim?: Claim;
  readonly replay?: StoredAnswer;
}

/** Who asks, as the access token says it (RFC 9068). */
export interface Principal {
  readonly subject: string;
  readonly clientId: string;
  /** As in the token: names separated by single spaces. */
  readonly scope: string;
  readonly scopes: ReadonlySet<string>;
  /** Thumbprint of the key the token is bound to (RFC 9449 §6.1). */
  readonly jkt: string | undefined;
  /** Milliseconds since 1970. */
  readonly expiresAt: number;
}

/** The right to execute once, and the body that was read to make the fingerprint. */
export interface Claim {
  readonly id: string;
  readonly body: Buffer;
}

/** A route of the policy with every default filled in. */
export interface Route extends RoutePolicy {
  readonly bodyBytes: number;
  readonly upstreamTimeout: number;
}

/** How an exchange ended, for the access line. */
export type Outcome = 'answered' | 'refused' | 'replayed' | 'client-gone' | 'upstream-cut';

/**
 * One request and everything found out about it. All members stand in the constructor so that every exchange has one
 * shape; guards fill them in, in the order the compiler has checked.
 */
export class Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly address: string;
  /** The address the request came from. */
  readonly peer: string;
  /** Monotonic, in milliseconds. */
  readonly startedAt: number;
  supportCode = '';
  target: Target | undefined = undefined;
  fields: Fields | undefined = undefined;
  hasBody = false;
  route: Route | undefined = undefined;
  principal: Principal | undefined = undefined;
  tokenDigest = '';
  scheme: 'dpop' | 'bearer' | undefined = undefined;
  claim: Claim | undefined = undefined;
  replay: StoredAnswer | undefined = undefined;
  /** Fields the answer gets from guards that passed: name, value, … */
  readonly answerFields: string[] = [];
  reason: ReasonCode | undefined = undefined;
  guard: string | undefined = undefined;
  detail: string | undefined = undefined;
  outcome: Outcome | undefined = undefined;
  bytesOut = 0;
  /** Milliseconds the upstream took to begin its answer. */
  upstreamTime: number | undefined = undefined;
  /** What went wrong while the request was still arriving, where the connection itself was given up. */
  fault: ReasonCode | undefined = undefined;
  /** Called when the caller went away before the answer was whole. */
  onGone: (() => void) | undefined = undefined;

  constructor(request: IncomingMessage, response: ServerResponse, peer: string, startedAt: number) {
    this.request = request;
    this.response = response;
    this.address = clientAddress(peer);
    this.peer = peer;
    this.startedAt = startedAt;
  }
}
