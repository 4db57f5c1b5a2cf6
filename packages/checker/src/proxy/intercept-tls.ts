import { constants } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createSecureServer } from 'node:http2';
import type { Socket } from 'node:net';
import { createSecureContext, type TLSSocket } from 'node:tls';
import { describeRequest } from './describe-request.ts';
import type { ForgedCertificate } from './forge-certificates.ts';
import { readHost } from './host-name.ts';
import type { ProxyEvent } from './proxy-event.ts';
import { settleHandshake } from './settle-handshake.ts';

export interface Interception {
  /** The host the client asked for by CONNECT; `undefined` when it connected straight here, and only its TLS says a name. */
  readonly host: string | undefined;
  readonly from: string;
  /** The forged certificate of a host under test; `undefined` for all others. */
  forge(host: string): ForgedCertificate | undefined;
  /** Answers a request that came through. What it holds is never read. */
  answer(host: string, response: ServerResponse): void;
  tell(event: ProxyEvent): void;
  /** Milliseconds, from any start. */
  now(): number;
}

/** An intercepted connection. */
export interface Intercepted {
  /** Settles once it is closed and told of. */
  readonly done: Promise<void>;
  end(because: string): void;
}

/** Longest handshake, in milliseconds: four round trips of a very bad mobile network. */
const HANDSHAKE_TIMEOUT = 10_000;
/** Longest an intercepted connection lives, in milliseconds. One that says nothing for so long will say nothing. */
const LIFETIME = 30_000;
const WRONG_NAME = 'ERR_OTHER_SERVER_NAME';

/**
 * Shows a client the forged certificate of the host it asked for and finds out what it does. Told: `accepted` at each request that
 * comes through, or else one event when the connection is closed.
 *
 * A server of its own for each connection: what happens on it is then known to be this client's.
 */
export function interceptTls(socket: Socket, { host: asked, from, forge, answer, tell, now }: Interception): Intercepted {
  let host = asked;
  let forged = asked === undefined ? undefined : forge(asked);
  let secured: TLSSocket | undefined;
  let finished: number | undefined;
  let error: NodeJS.ErrnoException | undefined;
  let endedBecause: string | undefined;
  let requests = 0;
  const written = socket.bytesWritten;

  const server = createSecureServer({
    ...(forged !== undefined && { cert: forged.certificate, key: forged.key }),
    allowHTTP1: true,
    minVersion: 'TLSv1.2',
    handshakeTimeout: HANDSHAKE_TIMEOUT,
    // A resumed session shows no certificate, so nobody could refuse it.
    secureOptions: constants.SSL_OP_NO_TICKET,
    SNICallback(text, done) {
      const name = readHost(text);
      if (name === undefined || (asked !== undefined && name !== asked)) return void done(wrongName());
      forged ??= forge(name);
      if (forged === undefined) {
        tell({ kind: 'not-named', host: name, from });
        return void done(wrongName());
      }
      host = name;
      done(null, createSecureContext({ cert: forged.certificate, key: forged.key, secureOptions: constants.SSL_OP_NO_TICKET }));
    },
    // HTTP/1.1 where it is spoken: there, bytes are a request.
    ALPNCallback: ({ protocols }) => (protocols.includes('http/1.1') ? 'http/1.1' : protocols[0]),
  });
  const receive = (request: IncomingMessage, response: ServerResponse) => {
    requests++;
    const { method = '', url = '', headers } = request;
    const android = /\bAndroid\b/.test(headers['user-agent'] ?? '');
    const seen = describeRequest({ method, target: url, headers });
    tell({ kind: 'accepted', host: host ?? '', from, request: seen, ...(android && { android }) });
    answer(host ?? '', response);
  };
  const on = server.on.bind(server) as (event: string, listener: (...values: never[]) => void) => unknown;
  on('request', receive);
  // Not asked to send a body, which may hold a secret.
  on('checkContinue', receive);
  on('checkExpectation', receive);
  on('secureConnection', (tls: TLSSocket) => {
    secured = tls;
    finished = now();
    tls.on('error', remember);
  });
  on('tlsClientError', remember);
  on('clientError', (_: Error, broken: Socket) => broken.destroy());
  on('sessionError', () => {});

  function remember(cause: NodeJS.ErrnoException): void {
    error ??= cause;
  }
  function end(because: string): void {
    endedBecause ??= because;
    socket.destroy();
  }
  const deadline = setTimeout(end, LIFETIME, 'silent for too long');
  const done = new Promise<void>((resolve) => {
    socket.once('close', () => {
      clearTimeout(deadline);
      if (requests === 0) {
        const outcome = settleHandshake({
          error: error?.code === WRONG_NAME || error?.code === 'ERR_TLS_HANDSHAKE_TIMEOUT' ? undefined : error,
          certificateSent: forged !== undefined && socket.bytesWritten - written >= forged.size,
          openAfterHandshake: finished === undefined ? undefined : now() - finished,
          bytes: secured?.bytesRead ?? 0,
          greets: secured?.alpnProtocol === 'h2',
          endedBecause: endedBecause ?? ownReason(error?.code),
        });
        if (host !== undefined) tell({ ...outcome, host, from });
      }
      resolve();
    });
  });
  socket.on('error', remember);
  server.emit('connection', socket);
  return { done, end };
}

const wrongName = () => Object.assign(new Error('another name'), { code: WRONG_NAME });

function ownReason(code: string | undefined): string | undefined {
  if (code === WRONG_NAME) return 'asked for one host and named another in its TLS';
  return code === 'ERR_TLS_HANDSHAKE_TIMEOUT' ? 'the handshake took too long' : undefined;
}
