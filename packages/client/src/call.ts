import type { DpopSigner } from '@sallyport/protocol';
import type { CancelSignal, TransportResponse } from './ports.ts';
import type { Decode } from './read-answer.ts';

/** What is found out about one call on its way. The one mutable thing, shared by all attempts of the call. */
export interface Trail {
  /** How often the request was handed to the transport by the retry loop. */
  attempts: number;
  /** Whether the session was renewed for this call; at most once. */
  renewed: boolean;
  /** Whether an unsafe request went out and nothing definite is known of what became of it. */
  outcomeUnknown: boolean;
  /** The key all attempts of this call carry. */
  idempotencyKey: string | undefined;
}

/** One logical call on its way to the server. Interceptors pass on a changed copy. */
export interface Call {
  readonly method: string;
  readonly url: string;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array | undefined;
  readonly signal: CancelSignal | undefined;
  readonly maxBytes: number;
  /** `user`: with token and proof. `public`: without. */
  readonly access: 'user' | 'public';
  /** Text: this key. `true`: mint one. */
  readonly idempotencyKey: string | true | undefined;
  /** See `RequestOptions`. Read by explain. */
  readonly decodeError?: Decode<unknown> | undefined;
  /** Set by authorise, read by proof. */
  readonly token?: string | undefined;
  /** Set by authorise, read by proof: the request is signed when there is a signer. */
  readonly signer?: DpopSigner | undefined;
  /** {@link Clock.uptime} at which the whole call is over. Set by deadline, read by retry. */
  readonly deadline?: number | undefined;
  readonly trail: Trail;
}

export type Next = (call: Call) => Promise<TransportResponse>;

/** One thing done on the way of a call: before it goes on, after it comes back, or both. */
export type Interceptor = (call: Call, next: Next) => Promise<TransportResponse>;

/** Joins interceptors, outermost first, to one way that ends in `last`. */
export function throughInterceptors(interceptors: readonly Interceptor[], last: Next): Next {
  return interceptors.reduceRight<Next>((next, interceptor) => (call) => interceptor(call, next), last);
}

/** Methods that change nothing (RFC 9110 §9.2.1), so that sending one twice does no harm. */
const SAFE_METHODS = ['GET', 'HEAD', 'OPTIONS'];

export function isSafe(call: Call): boolean {
  return SAFE_METHODS.includes(call.method);
}

/** Whether the call may be sent more than once: it is safe, or the gateway tells repetitions by its idempotency key. */
export function isRepeatable(call: Call): boolean {
  return isSafe(call) || call.idempotencyKey !== undefined;
}

export function newTrail(): Trail {
  return { attempts: 0, renewed: false, outcomeUnknown: false, idempotencyKey: undefined };
}
