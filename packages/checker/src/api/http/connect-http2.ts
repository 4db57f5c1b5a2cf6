import {
  type ClientHttp2Session,
  type ClientSessionOptions,
  connect,
  constants,
  type IncomingHttpHeaders,
  type SecureClientSessionOptions,
} from 'node:http2';
import { type Answer, faultOf, type Request } from './answer.ts';
import { readBody } from './read-body.ts';
import { MAX_HEAD } from './send-http1.ts';

export interface Http2Connection {
  /** @throws {NoAnswer} */
  send(request: Request, timeout: number): Promise<Answer>;
  /** False when the server said goodbye or the connection broke; the next request needs a new one. */
  readonly alive: boolean;
  close(): void;
}

/**
 * One connection of HTTP/2 to an origin, for servers that take nothing else (RFC 9113). Server push is switched off.
 *
 * @param tls how far its certificate is trusted.
 */
export function connectHttp2(origin: string, tls: SecureClientSessionOptions, now: () => number): Http2Connection {
  const options: ClientSessionOptions & SecureClientSessionOptions = {
    ...tls,
    settings: { enablePush: false, maxHeaderListSize: MAX_HEAD },
  };
  const session: ClientHttp2Session = connect(origin, options);
  let fault: NodeJS.ErrnoException | undefined;
  session.on('error', (error) => {
    fault ??= error;
  });
  // A check that is over must not be kept running by an idle connection.
  session.unref();
  return {
    get alive() {
      return !session.closed && !session.destroyed;
    },
    close: () => session.destroy(),
    send: (request, timeout) =>
      new Promise((resolve, reject) => {
        const started = now();
        const url = new URL(request.url);
        const headers: Record<string, string> = {
          'user-agent': 'sallyport-check',
          ...request.headers,
          [constants.HTTP2_HEADER_METHOD]: request.method,
          [constants.HTTP2_HEADER_PATH]: `${url.pathname}${url.search}`,
          [constants.HTTP2_HEADER_AUTHORITY]: url.host,
          [constants.HTTP2_HEADER_SCHEME]: url.protocol.slice(0, -1),
        };
        if (request.body !== undefined) headers['content-length'] = String(Buffer.byteLength(request.body));
        const stream = session.request(headers, { endStream: request.body === undefined });
        const fail = (error: NodeJS.ErrnoException) => {
          clearTimeout(timer);
          // Of a stream that never started only the cause says why.
          reject(faultOf(fault ?? (error.cause as NodeJS.ErrnoException | undefined) ?? error));
        };
        const timer = setTimeout(() => {
          fail(Object.assign(new Error(`no whole answer within ${timeout} ms`), { code: 'ETIMEDOUT' }));
          stream.close(constants.NGHTTP2_CANCEL);
          // A server that keeps still on one stream may keep still on all of them.
          session.destroy();
        }, timeout);
        stream.on('error', fail);
        const closed = () => fail(Object.assign(new Error('the stream was closed'), { code: 'ECONNRESET' }));
        stream.once('close', closed);
        stream.once('response', (received) => {
          // From here on the reader of the body minds the end.
          stream.off('close', closed);
          readBody(stream, received['content-encoding']).then(({ text, cut }) => {
            clearTimeout(timer);
            resolve({
              request,
              status: received[':status'] ?? 0,
              headers: joined(received),
              body: text,
              cut,
              time: now() - started,
            });
          }, fail);
        });
        if (request.body !== undefined) stream.end(request.body);
      }),
  };
}

function joined(received: IncomingHttpHeaders): Record<string, string> {
  // Without a prototype: a server may send a field called __proto__.
  const headers: Record<string, string> = Object.create(null);
  for (const [name, value] of Object.entries(received)) {
    if (name.startsWith(':') || value === undefined) continue;
    headers[name] = Array.isArray(value) ? value.join(', ') : String(value);
  }
  return headers;
}
