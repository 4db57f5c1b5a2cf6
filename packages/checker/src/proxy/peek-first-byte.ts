import type { Socket } from 'node:net';

/** First byte of a TLS record of type handshake (RFC 8446 §5.1). No HTTP method starts with it. */
const TLS_HANDSHAKE = 0x16;

/** Longest wait for a first byte, in milliseconds: a phone on a bad network needs a second or two. */
const FIRST_BYTE_TIMEOUT = 10_000;

/**
 * Looks at the first byte of a connection and puts it back. Calls nothing when it is closed, or silent for ten seconds and then closed.
 *
 * @param then told whether a TLS handshake begins.
 */
export function peekFirstByte(socket: Socket, then: (tls: boolean) => void): void {
  const destroy = () => socket.destroy();
  // The HTTP server allows half-open connections: one that left without a word would stay, and the end of a client in the middle of a
  // handshake would not be seen.
  socket.allowHalfOpen = false;
  socket.setTimeout(FIRST_BYTE_TIMEOUT, destroy);
  socket.on('error', destroy);
  socket.once('data', (bytes: Buffer) => {
    socket.setTimeout(0, destroy);
    socket.off('error', destroy);
    socket.pause();
    socket.unshift(bytes);
    then(bytes[0] === TLS_HANDSHAKE);
  });
}
