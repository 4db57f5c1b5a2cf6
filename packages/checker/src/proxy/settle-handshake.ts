import { readAlert } from './tls-alert.ts';

/** What there is to know of a connection to an intercepted host once it is closed. */
export interface HandshakeFacts {
  /** Error of our TLS, if any. */
  readonly error: { readonly code?: string | undefined; readonly message: string } | undefined;
  /** Whether the forged certificate went out. */
  readonly certificateSent: boolean;
  /** Milliseconds between the end of the handshake and the end of the connection; `undefined` when it never ended. */
  readonly openAfterHandshake: number | undefined;
  /** Decrypted bytes that arrived. */
  readonly bytes: number;
  /** The connection speaks HTTP/2, which greets before it asks. */
  readonly greets: boolean;
  /** Why this side closed it, where it did. */
  readonly endedBecause: string | undefined;
}

export type Handshake =
  | { readonly kind: 'refused'; readonly how: string }
  | { readonly kind: 'accepted'; readonly request: string }
  | { readonly kind: 'unclear'; readonly why: string };

/**
 * Milliseconds. A client that looks at pins only once the handshake is done (curl, Node, many libraries) closes at once, on a slow phone
 * within a second; one that opened a connection in reserve keeps it for many.
 */
const AT_ONCE = 3_000;

/**
 * What a connection without a request means. With TLS 1.3 the server sees a finished handshake before the client has said what it
 * thinks of the certificate, so only bytes of a request prove that it was believed; and a connection closed without a word is a
 * refusal only if the certificate had been shown.
 */
export function settleHandshake(facts: HandshakeFacts): Handshake {
  const { error, certificateSent, openAfterHandshake, bytes, greets, endedBecause } = facts;
  if (openAfterHandshake !== undefined && bytes > 0 && !greets)
    return { kind: 'accepted', request: `${bytes} bytes that are no HTTP request` };
  if (endedBecause !== undefined) return { kind: 'unclear', why: endedBecause };
  const alert = error === undefined ? undefined : readAlert(error.message);
  if (alert !== undefined && certificateSent && alert.refusal) return { kind: 'refused', how: alert.text };
  if (alert !== undefined) return { kind: 'unclear', why: `${alert.text}, which does not speak of who signed the certificate` };
  // A reset is how a client that has seen enough goes; all other errors are of TLS itself.
  if (error !== undefined && error.code !== 'ECONNRESET' && error.code !== 'EPIPE')
    return { kind: 'unclear', why: `no common TLS (${error.code ?? 'unknown error'})` };
  if (openAfterHandshake !== undefined) {
    if (openAfterHandshake <= AT_ONCE) return { kind: 'refused', how: 'closed at once after the handshake' };
    return { kind: 'unclear', why: 'opened in reserve and closed unused' };
  }
  return certificateSent
    ? { kind: 'refused', how: 'closed when it saw the certificate' }
    : { kind: 'unclear', why: 'closed before it was shown a certificate' };
}
