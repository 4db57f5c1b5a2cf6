import type { Socket } from 'node:net';
import type { Server } from 'node:tls';

/** First byte of a TLS record of type handshake (RFC 8446 §5.1). No HTTP method and no HTTP/2 preface starts with it. */
const TLS_HANDSHAKE = 0x16;

/**
 * Longest a new connection may take to say its first byte, in milliseconds. The TLS handshake that follows has its own
 * bound. A phone on a bad network needs a second or two.
 */
const FIRST_BYTE_TIMEOUT = 10_000;

/** Longest wait for a refused plain connection to take its answer and close, in milliseconds. */
const LINGER = 1000;

/**
 * Puts a look at the first byte before the TLS server: a TLS handshake goes on as before, anything else is answered with
 * `answer()` and closed. What the plain connection sent is thrown away unread; it may hold a secret.
 *
 * The answer is no redirect: that would teach the app that the plain address works, and the secret was sent already.
 *
 * @param answer called once per refused connection; returns the bytes to send.
 */
export function admitTlsOnly(server: Server, answer: (socket: Socket) => string): void {
  const accept = server.listeners('connection') as ((socket: Socket) => void)[];
  // Else the server would start TLS on the socket before we have looked.
  server.removeAllListeners('connection');
  server.on('connection', (socket: Socket) => {
    const destroy = () => socket.destroy();
    socket.setTimeout(FIRST_BYTE_TIMEOUT, destroy);
    socket.on('error', destroy);
    socket.once('data', (chunk: Buffer) => {
      socket.off('error', destroy);
      socket.setTimeout(0, destroy);
      if (chunk[0] === TLS_HANDSHAKE) {
        socket.pause();
        socket.unshift(chunk);
        for (const listener of accept) listener.call(server, socket);
        return;
      }
      socket.on('error', destroy);
      // Read on, so that closing does not become a reset that eats the answer.
      socket.resume();
      socket.end(answer(socket));
      socket.setTimeout(LINGER, destroy);
      socket.once('finish', () => setTimeout(destroy, LINGER).unref());
    });
  });
}
