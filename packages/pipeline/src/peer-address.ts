import type { IncomingMessage } from 'node:http';
import type { Http2ServerRequest } from 'node:http2';

/** HTTP/2 hands out a proxy for the socket, which is slow to ask, so its session is asked once. */
const known = new WeakMap<object, string>();

/**
 * The network address a request came from, IPv4 in its plain form. Limits are kept for `clientAddress` of it.
 *
 * @returns `unknown` when the connection is gone already.
 */
export function peerAddress(request: IncomingMessage): string {
  if (request.httpVersionMajor === 1) return plain(request.socket.remoteAddress);
  const { session } = (request as unknown as Http2ServerRequest).stream;
  if (session === undefined) return plain(undefined);
  let address = known.get(session);
  if (address === undefined) {
    address = plain(session.socket.remoteAddress);
    known.set(session, address);
  }
  return address;
}

function plain(remote: string | undefined): string {
  if (remote === undefined) return 'unknown';
  return remote.startsWith('::ffff:') && remote.includes('.') ? remote.slice(7) : remote;
}
