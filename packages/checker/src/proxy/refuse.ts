import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { PROBLEM_MEDIA_TYPE } from '@sallyport/protocol';

/** Milliseconds a refused connection has to take its answer. */
const LINGER = 1_000;

/** Why the proxy does not do as it was asked (RFC 9457). */
const REFUSALS = {
  'not-forwarded': [403, 'This is a proxy check: nothing is passed on to this host.'],
  'not-named': [403, 'This proxy serves one test: name the host with --pass-through to have it passed on.'],
  malformed: [400, 'This is no request a proxy understands.'],
  'too-large': [431, 'The head of the request is too large.'],
  unreachable: [502, 'The host could not be reached.'],
} as const;
export type ProxyRefusal = keyof typeof REFUSALS;

/** Answers a request with a problem and ends its connection. */
export function refuseRequest(response: ServerResponse, refusal: ProxyRefusal): void {
  const [status, body] = problem(refusal);
  const head = { 'content-type': PROBLEM_MEDIA_TYPE, 'content-length': String(body.length), 'cache-control': 'no-store' };
  // HTTP/2 has no such field (RFC 9113 §8.2.2).
  response.writeHead(status, response.req.httpVersionMajor === 1 ? { ...head, connection: 'close' } : head);
  response.end(response.req.method === 'HEAD' ? undefined : body);
}

/** The same for a connection that has no response object. */
export function refuseConnection(socket: Socket, refusal: ProxyRefusal): void {
  const [status, body] = problem(refusal);
  const destroy = () => socket.destroy();
  socket.on('error', destroy);
  // Read on, so that closing does not become a reset that eats the answer.
  socket.resume();
  socket.end(
    `HTTP/1.1 ${status} Refused\r\nContent-Type: ${PROBLEM_MEDIA_TYPE}\r\nContent-Length: ${body.length}\r\nConnection: close\r\n\r\n${body}`,
  );
  socket.setTimeout(LINGER, destroy);
}

function problem(refusal: ProxyRefusal): readonly [status: number, body: string] {
  const [status, title] = REFUSALS[refusal];
  return [status, JSON.stringify({ type: `urn:sallyport:proxy-check:${refusal}`, title, status })];
}
