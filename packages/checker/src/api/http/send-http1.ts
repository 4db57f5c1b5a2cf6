import { type ClientRequest, type IncomingMessage, request as requestPlain } from 'node:http';
import { type Agent, request as requestTls } from 'node:https';
import { isIP } from 'node:net';
import { type Answer, faultOf, NoAnswer, type Request } from './answer.ts';
import { readBody } from './read-body.ts';

/** Largest head of an answer, in bytes: twice what our gateway admits. */
export const MAX_HEAD = 32_768;

/** The server chose another protocol than HTTP/1.1 before it read anything of the request. */
export class SpeaksHttp2 extends NoAnswer {}

/**
 * Sends one request by HTTP/1.1 and follows no redirect.
 *
 * @param agent keeps connections to hosts of TLS; a plain one is opened for each request.
 * @throws {SpeaksHttp2} when the server takes HTTP/2 alone; the request was not carried out.
 * @throws {NoAnswer}
 */
export function sendHttp1(request: Request, agent: Agent, timeout: number, now: () => number): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const url = new URL(request.url);
    const host = url.hostname.replace(/^\[|\]$/g, '');
    const started = now();
    const options = {
      method: request.method,
      host,
      port: url.port === '' ? undefined : Number(url.port),
      path: `${url.pathname}${url.search}`,
      headers: {
        host: url.host,
        'user-agent': 'sallyport-check',
        ...request.headers,
        ...(request.body !== undefined && { 'content-length': String(Buffer.byteLength(request.body)) }),
      },
      maxHeaderSize: MAX_HEAD,
    };
    const sent: ClientRequest =
      url.protocol === 'https:'
        ? requestTls({ ...options, agent, ...(isIP(host) === 0 && { servername: host }) })
        : requestPlain({ ...options, agent: false });
    let response: IncomingMessage | undefined;
    const fail = (error: NodeJS.ErrnoException & { readonly rawPacket?: Buffer }) => {
      // The answer is whole; what follows it on the connection is not ours to mind.
      if (response?.complete === true) return;
      clearTimeout(timer);
      const fault = faultOf(error);
      reject(isHttp2(error) ? new SpeaksHttp2(fault.code, fault.message) : fault);
    };
    const timer = setTimeout(() => {
      fail(Object.assign(new Error(`no whole answer within ${timeout} ms`), { code: 'ETIMEDOUT' }));
      sent.destroy();
    }, timeout);
    sent.on('error', fail);
    sent.once('response', (incoming) => {
      response = incoming;
      readBody(incoming, incoming.headers['content-encoding']).then(({ text, cut }) => {
        clearTimeout(timer);
        resolve({
          request,
          status: incoming.statusCode ?? 0,
          headers: joined(incoming.rawHeaders),
          body: text,
          cut,
          time: now() - started,
        });
      }, fail);
    });
    sent.end(request.body);
  });
}

/**
 * Whether the server told us to come back with HTTP/2: it refuses the protocol we named in the handshake (RFC 7301 §3.2), or answers
 * with the SETTINGS frame that opens every connection of HTTP/2 (RFC 9113 §3.4).
 */
function isHttp2({ message, rawPacket }: NodeJS.ErrnoException & { readonly rawPacket?: Buffer }): boolean {
  // node tells alerts by the text alone when they arrive while it writes.
  if (/alert no application protocol/.test(message)) return true;
  return rawPacket !== undefined && rawPacket.length >= 9 && rawPacket[3] === 4 && rawPacket.readUInt32BE(5) === 0;
}

function joined(raw: readonly string[]): Record<string, string> {
  // Without a prototype: a server may send a field called __proto__.
  const headers: Record<string, string> = Object.create(null);
  for (let index = 0; index < raw.length; index += 2) {
    const name = (raw[index] as string).toLowerCase();
    const value = raw[index + 1] as string;
    headers[name] = headers[name] === undefined ? value : `${headers[name]}, ${value}`;
  }
  return headers;
}
