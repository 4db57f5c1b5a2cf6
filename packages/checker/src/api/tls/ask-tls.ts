import { connect } from 'node:net';
import { type ClientHello, encodeClientHello } from './client-hello.ts';
import { parseServerAnswer, type ServerAnswer } from './server-answer.ts';

export type TlsAnswer =
  | ServerAnswer
  | { readonly kind: 'closed' }
  | { readonly kind: 'silent' }
  | { readonly kind: 'unreachable'; readonly code: string };

/** More than any ServerHello and the certificates behind it need before one of them is whole. */
const MAX_BYTES = 70_000;

/**
 * Sends one ClientHello over a new connection and reads the first answer.
 *
 * @param timeout milliseconds for connecting and for answering, together.
 */
export function askTls(host: string, port: number, hello: ClientHello, timeout: number): Promise<TlsAnswer> {
  return new Promise((resolve) => {
    let received = Buffer.alloc(0);
    const socket = connect({ host: host.replace(/^\[|\]$/g, ''), port });
    const timer = setTimeout(() => finish({ kind: 'silent' }), timeout);
    const finish = (answer: TlsAnswer) => {
      clearTimeout(timer);
      socket.destroy();
      resolve(answer);
    };
    socket.once('connect', () => socket.write(encodeClientHello(hello)));
    socket.on('data', (chunk) => {
      received = Buffer.concat([received, chunk]);
      const answer = parseServerAnswer(received);
      if (answer.kind !== 'incomplete') finish(answer);
      else if (received.length > MAX_BYTES) finish({ kind: 'foreign' });
    });
    socket.once('error', (error: NodeJS.ErrnoException) => {
      // A reset is an old server's way of saying no.
      finish(
        error.code === 'ECONNRESET' || error.code === 'EPIPE' ? { kind: 'closed' } : { kind: 'unreachable', code: error.code ?? 'unknown' },
      );
    });
    socket.once('close', () => finish({ kind: 'closed' }));
  });
}
