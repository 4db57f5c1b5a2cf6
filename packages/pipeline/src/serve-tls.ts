import { constants, randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createSecureServer, type Http2SecureServer, type ServerHttp2Session } from 'node:http2';
import { createServer, type Server as HttpsServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { type ReasonCode, reasons } from '@sallyport/protocol';
import { admitTlsOnly } from './admit-tls-only.ts';
import { clientAddress } from './client-address.ts';
import { cutSlowReaders } from './cut-slow-readers.ts';
import { limitUploadTime } from './limit-upload-time.ts';
import { RequestFault } from './request-fault.ts';
import { rawProblem, respondProblem } from './respond-problem.ts';
import { supportCodes } from './support-code.ts';

/** A request that was refused before a handler could see it. */
export interface ConnectionRefusal {
  readonly reason: ReasonCode;
  readonly status: number;
  readonly supportCode: string;
  /** Network address limits are kept for, see {@link clientAddress}. */
  readonly address: string;
}

export interface ServeTlsOptions {
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
  /** PEM, chain included. */
  readonly certificate: string;
  /** PEM. */
  readonly key: string;
  /** Offer HTTP/2 besides HTTP/1.1. */
  readonly http2: boolean;
  /** Largest header section, in bytes. */
  readonly headerBytes: number;
  /** Longest time a request may take to arrive whole, in milliseconds. */
  readonly requestTimeout: number;
  /** Longest time a caller may let an answer stand without taking any of it, in milliseconds. */
  readonly takingTimeout?: number;
  /** Requests of both versions; those of HTTP/2 come through node's compatibility API. Must not throw. */
  handler(request: IncomingMessage, response: ServerResponse): void;
  /** Told of every refusal the handler does not see: plain HTTP, a malformed, oversized or slow head. */
  readonly onRefused?: (refusal: ConnectionRefusal) => void;
  readonly newSupportCode?: () => string;
}

export interface TlsServer {
  readonly port: number;
  /** Takes no new requests, lets running ones end (10 s at most), closes every connection. */
  close(): Promise<void>;
  /** Serves another certificate from the next handshake on, without closing a connection. PEM. */
  setCertificate(certificate: string, key: string): void;
}

/** TLS 1.3, and of TLS 1.2 only suites that are forward secret and authenticated (RFC 9325 §4.2, RFC 9113 §9.2.2). */
const CIPHERS = [
  'TLS_AES_128_GCM_SHA256:TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256',
  'ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES256-GCM-SHA384:ECDHE-RSA-AES256-GCM-SHA384',
  'ECDHE-ECDSA-CHACHA20-POLY1305:ECDHE-RSA-CHACHA20-POLY1305',
].join(':');

/** Longest TLS handshake, in milliseconds: four round trips of a very bad mobile network. node's 120 s is for hoarders. */
const HANDSHAKE_TIMEOUT = 10_000;

/** Longest an idle connection is kept, in milliseconds: a user reads a screen and taps, without a new handshake. */
const KEEP_ALIVE_TIMEOUT = 30_000;

/**
 * Default of {@link ServeTlsOptions.takingTimeout}: a phone in a tunnel loses the network for less, and what stands in our
 * buffers goes through the slowest mobile network in that time.
 */
const TAKING_TIMEOUT = 120_000;

/** How often slow requests are looked for, in milliseconds: the most a deadline is overrun by. */
const CHECK_INTERVAL = 500;

/** Longest wait for an idle HTTP/2 connection to close by itself, in milliseconds. */
const LINGER = 1000;

/** Streams one HTTP/2 connection may have open: what RFC 9113 §6.5.2 recommends as the least, and plenty for one phone. */
const MAX_STREAMS = 100;

/** Connections at once: each costs some 50 KiB, so 10,000 stay below half a GiB. */
const MAX_CONNECTIONS = 10_000;

/** Longest {@link TlsServer.close} waits for running requests, in milliseconds. */
const DRAIN_TIMEOUT = 10_000;

/** Session ticket keys live an hour: whoever gets one later cannot open older TLS 1.2 sessions (RFC 9325 §7.4). */
const TICKET_KEY_LIFETIME = 3_600_000;

/**
 * Serves HTTPS, and on the same port refuses plain HTTP with 426 (see {@link admitTlsOnly}).
 *
 * Bounds head size, head time, body time, handshake time, connections and streams. A head that is no HTTP gets a problem
 * document, never node's bare text.
 *
 * @throws when the address is taken or the certificate does not fit the key.
 * @example const { port, close } = await serveTls({ host: '127.0.0.1', port: 0, certificate, key, http2: true, … })
 */
export async function serveTls(options: ServeTlsOptions): Promise<TlsServer> {
  const { headerBytes, requestTimeout, newSupportCode = supportCodes(randomBytes) } = options;
  const report = (reason: ReasonCode, socket: { readonly remoteAddress?: string | undefined }): string => {
    const supportCode = newSupportCode();
    options.onRefused?.({ reason, status: reasons[reason].status, supportCode, address: clientAddress(socket.remoteAddress) });
    return supportCode;
  };
  const context = {
    minVersion: 'TLSv1.2',
    ciphers: CIPHERS,
    honorCipherOrder: true,
    secureOptions: constants.SSL_OP_NO_RENEGOTIATION,
  } as const;
  const settings = {
    ...context,
    cert: options.certificate,
    key: options.key,
    handshakeTimeout: HANDSHAKE_TIMEOUT,
    maxHeaderSize: headerBytes,
    headersTimeout: Math.min(requestTimeout, 15_000),
    requestTimeout,
    connectionsCheckingInterval: CHECK_INTERVAL,
    keepAliveTimeout: KEEP_ALIVE_TIMEOUT,
    insecureHTTPParser: false,
    // node's own answer to a missing Host is neither a problem document nor seen by any log.
    requireHostHeader: false,
  };
  const server: HttpsServer | Http2SecureServer = options.http2
    ? createSecureServer({
        ...settings,
        allowHTTP1: true,
        settings: { maxConcurrentStreams: MAX_STREAMS, maxHeaderListSize: headerBytes, enablePush: false },
      })
    : createServer(settings);
  server.maxConnections = MAX_CONNECTIONS;
  // Fields above node's default count would be dropped silently; headerBytes bounds them already.
  Object.assign(server, { maxHeadersCount: 0 });

  admitTlsOnly(server, (socket) => rawProblem('transport-insecure', report('transport-insecure', socket)));
  const connections = trackConnections(server);
  const answering = new WeakMap<Socket, ServerResponse>();
  /** Connections that end with the answer under way. */
  const ending = new WeakSet<Socket>();
  const slowReaders = cutSlowReaders(options.takingTimeout ?? TAKING_TIMEOUT);

  const handle = (request: IncomingMessage, response: ServerResponse) => {
    slowReaders.watch(response);
    if (request.httpVersionMajor === 2) limitUploadTime(request, requestTimeout);
    else {
      answering.set(request.socket, response);
      if (request.headers.host === undefined) {
        respondProblem(response, 'request-malformed', report('request-malformed', request.socket), { Connection: 'close' });
        return;
      }
    }
    options.handler(request, response);
  };
  const on = server.on.bind(server) as (event: string, listener: (...values: never[]) => void) => void;
  on('request', handle);
  // An expectation other than 100-continue: the handler decides, so that it is logged like every request.
  on('checkExpectation', handle);
  on('connect', (request: IncomingMessage, peer: Socket | ServerResponse) => {
    // Over HTTP/2 it is a request like others, over HTTP/1.1 it hands the socket over.
    if ('setHeader' in peer) respondProblem(peer, 'request-malformed', report('request-malformed', request.socket));
    else refuseConnection(peer, 'request-malformed');
  });
  on('clientError', (error: NodeJS.ErrnoException, socket: Socket) => {
    const reason = reasonOf(error.code);
    if (reason === undefined) return void socket.destroy();
    const response = answering.get(socket);
    if (response === undefined || response.writableFinished) return refuseConnection(socket, reason);
    if (response.req.complete) {
      // It is what came after this request that is wrong. The request may have been carried out, so it keeps its answer.
      if (!ending.has(socket)) report(reason, socket);
      ending.add(socket);
      response.once('close', () => socket.destroySoon());
      return;
    }
    // The handler has the request and tells of it; here only its connection is brought to an end.
    if (!response.headersSent && socket.writable) socket.write(rawProblem(reason, newSupportCode()));
    response.req.destroy(new RequestFault(reason));
  });
  // A session hands out a proxy for its socket that cannot close it; it is made while its socket is being announced.
  let secured: Socket;
  server.prependListener('secureConnection', (socket: Socket) => {
    secured = socket;
  });
  on('session', (session: ServerHttp2Session) => closeWhenIdle(session, secured));

  function refuseConnection(socket: Socket, reason: ReasonCode): void {
    const supportCode = report(reason, socket);
    if (!socket.writable) return void socket.destroy();
    socket.end(rawProblem(reason, supportCode), () => socket.destroy());
  }

  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port, options.host, () => {
      server.off('error', reject);
      resolve();
    });
  });
  const rotation = setInterval(() => server.setTicketKeys(randomBytes(48)), TICKET_KEY_LIFETIME);
  rotation.unref();

  return {
    port: (server.address() as AddressInfo).port,
    setCertificate: (cert, key) => server.setSecureContext({ ...context, cert, key }),
    close: () => {
      clearInterval(rotation);
      slowReaders.stop();
      return new Promise((resolve) => {
        const deadline = setTimeout(() => {
          for (const socket of connections) socket.destroy();
        }, DRAIN_TIMEOUT);
        server.close(() => {
          clearTimeout(deadline);
          resolve();
        });
        for (const socket of connections) {
          const response = answering.get(socket);
          if (response !== undefined && !response.writableFinished) response.once('close', () => socket.destroySoon());
        }
      });
    },
  };
}

/** Which refusal a parser error of node is; `undefined` for errors of the connection itself, where nobody is listening. */
function reasonOf(code: string | undefined): RequestFault['code'] | undefined {
  if (code === 'HPE_HEADER_OVERFLOW') return 'header-too-large';
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') return 'request-timeout';
  if (code === 'HPE_INVALID_EOF_STATE') return undefined;
  return code?.startsWith('HPE_') ? 'request-malformed' : undefined;
}

/** Every connection, with TLS or before it, so that close can end them. */
function trackConnections(server: HttpsServer | Http2SecureServer): Set<Socket> {
  const connections = new Set<Socket>();
  const track = (socket: Socket) => {
    connections.add(socket);
    socket.once('close', () => connections.delete(socket));
  };
  server.on('connection', track);
  server.on('secureConnection', track);
  return connections;
}

/** Closes an HTTP/2 connection without streams after the keep-alive time; one with a waiting stream stays. */
function closeWhenIdle(session: ServerHttp2Session, socket: Socket): void {
  let open = 0;
  session.on('stream', (stream) => {
    open++;
    stream.once('close', () => open--);
  });
  session.setTimeout(KEEP_ALIVE_TIMEOUT, () => {
    if (open > 0) return;
    session.close();
    // node waits for the peer to end it too, even for one that is gone and that it no longer reads from (a flood of PING).
    setTimeout(() => socket.destroy(), LINGER).unref();
  });
}
