import { createServer } from 'node:http';
import type { Socket } from 'node:net';
import { describeRequest } from './describe-request.ts';
import type { ProxyEvent } from './proxy-event.ts';
import { refuseConnection, refuseRequest } from './refuse.ts';

/** Longest such a connection lives, in milliseconds. */
const LIFETIME = 10_000;

/**
 * A tunnel to a host under test in which no TLS begins. HTTP is told as `cleartext` and refused; anything else proves nothing: it may
 * be another protocol, or rubbish.
 */
export function interceptPlain(
  socket: Socket,
  { host, from, tell }: { readonly host: string; readonly from: string; readonly tell: (event: ProxyEvent) => void },
): void {
  const server = createServer();
  server.on('request', (request, response) => {
    const { method = '', url = '', headers } = request;
    tell({ kind: 'cleartext', host, from, request: describeRequest({ method, target: url, headers }) });
    refuseRequest(response, 'not-forwarded');
  });
  server.on('clientError', (_, broken) => {
    tell({ kind: 'unclear', host, from, why: 'sent bytes that are neither TLS nor HTTP' });
    refuseConnection(broken as Socket, 'not-forwarded');
  });
  const deadline = setTimeout(() => socket.destroy(), LIFETIME);
  socket.once('close', () => clearTimeout(deadline));
  server.emit('connection', socket);
  socket.resume();
}
