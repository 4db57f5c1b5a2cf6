import { request as requestPlain } from 'node:http';
import { Agent, request as requestTls } from 'node:https';
import { isIP } from 'node:net';

export interface Request {
  readonly method: string;
  /** Absolute, http or https. */
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

export interface Answer {
  readonly request: Request;
  readonly status: number;
  /** Names in lower case; several fields of one name are joined with a comma and a space. */
  readonly headers: Readonly<Record<string, string>>;
  /** UTF-8, cut at {@link MAX_BODY}. */
  readonly body: string;
  readonly cut: boolean;
  /** Milliseconds from sending to the last byte. */
  readonly time: number;
}

/** No answer came: refused, reset, timed out, no TLS, or no HTTP. */
export class NoAnswer extends Error {
  /** node's code of the fault. @example 'ECONNREFUSED' */
  readonly code: string;
  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

export interface Exchange {
  /** @throws {NoAnswer} */
  send(request: Request, timeout: number): Promise<Answer>;
  close(): void;
}

/** A page of any list we compare fits; what is longer is read this far and then cut, so that no server can fill our memory. */
export const MAX_BODY = 1_048_576;

/** Largest head of an answer, in bytes: twice what our gateway admits. */
const MAX_HEAD = 32_768;

export interface ExchangeOptions {
  /** PEM of the authorities to trust instead of node's own. */
  readonly ca: string | undefined;
  /**
   * Hosts talked to whatever their certificate: loopback, where nobody stands in between, and a target that is only looked at
   * and gets no credential.
   */
  readonly trusts: (host: string) => boolean;
  /** Monotonic or wall-clock milliseconds. */
  readonly now: () => number;
}

/** Sends single requests and never follows a redirect: where an answer points is evidence, not an errand. */
export function createExchange({ ca, trusts, now }: ExchangeOptions): Exchange {
  const createAgent = (rejectUnauthorized: boolean) =>
    new Agent({
      keepAlive: true,
      maxSockets: 16,
      rejectUnauthorized,
      ...(ca !== undefined && { ca }),
      // An old server must be reachable to be told how old it is; the verdict on it comes from the survey of its versions.
      minVersion: 'TLSv1',
      ciphers: 'DEFAULT:@SECLEVEL=0',
    });
  const strict = createAgent(true);
  const lenient = createAgent(false);
  return {
    send: (request, timeout) =>
      new Promise((resolve, reject) => {
        const url = new URL(request.url);
        const host = url.hostname.replace(/^\[|\]$/g, '');
        const started = now();
        const fail = (error: NodeJS.ErrnoException) => {
          clearTimeout(timer);
          reject(new NoAnswer(error.code ?? 'unknown', error.message));
        };
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
        const sent =
          url.protocol === 'https:'
            ? requestTls({ ...options, agent: trusts(url.hostname) ? lenient : strict, ...(isIP(host) === 0 && { servername: host }) })
            : requestPlain({ ...options, agent: false });
        const timer = setTimeout(
          () => sent.destroy(Object.assign(new Error(`no whole answer within ${timeout} ms`), { code: 'ETIMEDOUT' })),
          timeout,
        );
        sent.once('error', fail);
        sent.once('response', (response) => {
          const chunks: Buffer[] = [];
          let length = 0;
          const finish = (cut: boolean) => {
            clearTimeout(timer);
            const body = Buffer.concat(chunks).subarray(0, MAX_BODY).toString('utf8');
            resolve({ request, status: response.statusCode ?? 0, headers: joined(response.rawHeaders), body, cut, time: now() - started });
          };
          response.on('data', (chunk: Buffer) => {
            if (length > MAX_BODY) return;
            chunks.push(chunk);
            length += chunk.length;
            if (length > MAX_BODY) {
              finish(true);
              response.destroy();
            }
          });
          response.once('end', () => finish(false));
          response.once('error', fail);
        });
        sent.end(request.body);
      }),
    close: () => {
      strict.destroy();
      lenient.destroy();
    },
  };
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
