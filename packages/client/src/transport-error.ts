/**
 * Why a request got no answer.
 *
 * - `unreachable`: no connection, or it broke.
 * - `untrusted-server`: the TLS handshake failed on certificate, host name or version.
 * - `pin-failure`: the certificate is trusted by the system but is none of the pinned ones.
 * - `malformed`: what came back is not HTTP.
 * - `too-large`: the response body exceeds the bound.
 * - `cancelled`: the signal fired.
 */
export type TransportFailure = 'unreachable' | 'untrusted-server' | 'pin-failure' | 'malformed' | 'too-large' | 'cancelled';

/**
 * A request that got no answer. Carries no library's message and no cause, because those may quote what was sent.
 *
 * @example throw new TransportError('unreachable', false)
 */
export class TransportError extends Error {
  override readonly name = 'TransportError';
  readonly failure: TransportFailure;
  /** Whether any byte of the request may have gone out. When in doubt, `true`: the caller then treats the outcome as unknown. */
  readonly requestSent: boolean;
  /** What exactly, in fixed words of ours, such as `pins of this host have expired`. */
  readonly detail: string | undefined;

  constructor(failure: TransportFailure, requestSent: boolean, detail?: string) {
    super(detail === undefined ? failure : `${failure}: ${detail}`);
    this.failure = failure;
    this.requestSent = requestSent;
    this.detail = detail;
  }
}
