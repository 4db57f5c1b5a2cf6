import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { describeRequest } from './describe-request.ts';
import type { RunAuthority } from './forge-certificates.ts';
import { type Place, readHost, readPlace } from './host-name.ts';
import { interceptPlain } from './intercept-plain.ts';
import { type Intercepted, interceptTls } from './intercept-tls.ts';
import { answerControlPage, answerOwnPage, CONTROL_HOST, INSTALL_HOST } from './own-pages.ts';
import { passOn } from './pass-on.ts';
import { peekFirstByte } from './peek-first-byte.ts';
import { admits, plainAddress } from './private-addresses.ts';
import type { ProxyEvent } from './proxy-event.ts';
import { refuseConnection, refuseRequest } from './refuse.ts';

export interface ProxyOptions {
  readonly listen: Place;
  /** Hosts for which a forged certificate is shown. */
  readonly intercepted: readonly string[];
  /** Passed on untouched; `*.example.com` means every host below it. */
  readonly passThrough: readonly Place[];
  /** IP addresses that may connect besides private ones. */
  readonly from: readonly string[];
  readonly authority: RunAuthority;
  readonly tell: (event: ProxyEvent) => void;
  /** Milliseconds, from any start. */
  readonly now: () => number;
}

export interface RunningProxy {
  readonly port: number;
  /** Takes nothing new, lets connections that are being closed be told of, ends the rest. */
  close(): Promise<void>;
}

/** Connections at once. A phone with many apps has some tens. */
const MAX_CONNECTIONS = 256;
/** Largest head of a request to the proxy, in bytes. */
const HEADER_BYTES = 16_384;
/** Longest a request to the proxy takes to arrive, in milliseconds. */
const REQUEST_TIMEOUT = 10_000;
/** How often slow requests are looked for, in milliseconds. */
const CHECK_INTERVAL = 500;
/** Milliseconds that connections have to close by themselves at the end: what a client did last is in its packets already. */
const GRACE = 300;

/**
 * An HTTP proxy for one test: shows forged certificates for the hosts under test and forwards nothing to them, passes on what is
 * named, turns everything else away. A client that connects straight to it with TLS is served by the name in its handshake.
 *
 * @throws when the address is taken.
 */
export async function startProxy(options: ProxyOptions): Promise<RunningProxy> {
  const { listen, authority, tell, now } = options;
  const intercepted = new Set(options.intercepted);
  const admitted = admits(options.from);
  const open = new Set<Socket>();
  const running = new Set<Intercepted>();
  const forge = (host: string) => (intercepted.has(host) ? authority.forge(host) : undefined);
  const addressOf = (socket: Socket) => plainAddress(socket.remoteAddress);

  function intercept(socket: Socket, host: string | undefined): void {
    const from = addressOf(socket);
    const connection = interceptTls(socket, { host, from, forge, answer, tell, now });
    running.add(connection);
    void connection.done.then(() => running.delete(connection));
  }

  function answer(host: string, response: ServerResponse): void {
    if (host === CONTROL_HOST) answerControlPage(response);
    else refuseRequest(response, 'not-forwarded');
  }

  function tunnel(request: IncomingMessage, socket: Socket, head: Buffer): void {
    const place = readPlace(request.url ?? '');
    const from = addressOf(socket);
    if (place === undefined) return void refuseConnection(socket, 'malformed');
    const established = () => socket.write('HTTP/1.1 200 Connection Established\r\n\r\n');
    if (intercepted.has(place.host)) {
      established();
      if (head.length > 0) socket.unshift(head);
      peekFirstByte(socket, (tls) => {
        if (tls) intercept(socket, place.host);
        else interceptPlain(socket, { host: place.host, from, tell });
      });
    } else if (isNamed(options.passThrough, place)) {
      tell({ kind: 'passed-on', host: place.host, from });
      passOn(socket, place, head, established);
    } else {
      tell({ kind: 'not-named', host: place.host, from });
      refuseConnection(socket, 'not-named');
    }
  }

  /** A request for a resource rather than a tunnel: of the proxy itself, or without TLS to somebody else. */
  function plain(request: IncomingMessage, response: ServerResponse): void {
    const { method = '', url = '', headers } = request;
    if (url.startsWith('/')) return void answerOwnPage(pathOf(url), authority, response);
    const target = URL.canParse(url) ? new URL(url) : undefined;
    const host = target === undefined ? undefined : readHost(target.hostname);
    if (target === undefined || host === undefined) return void refuseRequest(response, 'malformed');
    if (host === INSTALL_HOST) return void answerOwnPage(target.pathname, authority, response);
    const from = addressOf(request.socket);
    if (intercepted.has(host)) {
      const line = describeRequest({ method, target: `${target.pathname}${target.search}`, headers });
      tell({ kind: 'cleartext', host, from, request: line });
      return void refuseRequest(response, 'not-forwarded');
    }
    tell({ kind: 'not-named', host, from });
    refuseRequest(response, 'not-named');
  }

  const server = createServer({
    maxHeaderSize: HEADER_BYTES,
    headersTimeout: REQUEST_TIMEOUT,
    requestTimeout: REQUEST_TIMEOUT,
    connectionsCheckingInterval: CHECK_INTERVAL,
  });
  server.maxConnections = MAX_CONNECTIONS;
  server.on('drop', () => tell({ kind: 'crowded' }));
  server.on('request', plain);
  server.on('checkContinue', plain);
  server.on('checkExpectation', plain);
  server.on('connect', tunnel);
  server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
    if (!socket.writable || error.code === 'ECONNRESET') return void socket.destroy();
    refuseConnection(socket as Socket, error.code === 'HPE_HEADER_OVERFLOW' ? 'too-large' : 'malformed');
  });
  const accept = server.listeners('connection') as ((socket: Socket) => void)[];
  // Else HTTP would be read from the socket before we have looked.
  server.removeAllListeners('connection');
  server.on('connection', (socket: Socket) => {
    open.add(socket);
    socket.once('close', () => open.delete(socket));
    const from = addressOf(socket);
    if (!admitted(from)) {
      tell({ kind: 'stranger', from });
      return void socket.destroy();
    }
    peekFirstByte(socket, (tls) => {
      if (tls) return void intercept(socket, undefined);
      socket.allowHalfOpen = true;
      for (const listener of accept) listener.call(server, socket);
      socket.resume();
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(listen.port, listen.host, resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    async close() {
      const closed = new Promise((resolve) => server.close(resolve));
      const settled = Promise.all([...running].map(({ done }) => done));
      await withinGrace(settled);
      for (const connection of running) connection.end('the run was over');
      await withinGrace(settled);
      for (const socket of open) socket.destroy();
      await closed;
    },
  };
}

/** @example isNamed([{ host: '*.example.com', port: 443 }], { host: 'cdn.example.com', port: 443 }) // true */
const isNamed = (named: readonly Place[], { host, port }: Place): boolean =>
  named.some((each) => each.port === port && (each.host.startsWith('*.') ? host.endsWith(each.host.slice(1)) : each.host === host));

const pathOf = (target: string): string => target.split('?', 1)[0] as string;

async function withinGrace(work: Promise<unknown>): Promise<void> {
  const { promise: over, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, GRACE);
  await Promise.race([work, over]);
  clearTimeout(timer);
}
