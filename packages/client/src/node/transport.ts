import { isIP, type Socket } from 'node:net';
import { getCACertificates, type TLSSocket } from 'node:tls';
import type { SeenChain } from '@sallyport/protocol';
import { Agent, buildConnector, type Dispatcher, errors } from 'undici';
import { onCancel } from '../cancellation.ts';
import { type PinPolicy, readPinPolicy } from '../pin-policy.ts';
import type { Transport, TransportRequest, TransportResponse } from '../ports.ts';
import { TransportError, type TransportFailure } from '../transport-error.ts';
import { type PinReport, pinCheck, RefusedServer } from './pin-check.ts';

/** Forward secrecy and authenticated encryption only (RFC 9325 §4.2.1); TLS 1.3 has nothing else. */
const TLS12_CIPHERS = [
  'ECDHE-ECDSA-AES128-GCM-SHA256',
  'ECDHE-RSA-AES128-GCM-SHA256',
  'ECDHE-ECDSA-AES256-GCM-SHA384',
  'ECDHE-RSA-AES256-GCM-SHA384',
  'ECDHE-ECDSA-CHACHA20-POLY1305',
  'ECDHE-RSA-CHACHA20-POLY1305',
];

/** Longest wait for a connection, in milliseconds; a call's own limits are usually shorter. */
const CONNECT_TIMEOUT = 10_000;

/** Largest header section of an answer, in bytes: what Node itself allows. */
const MAX_HEADER_SIZE = 16_384;

export interface NodeTransportOptions {
  /** Left out: the system's authorities alone decide. */
  readonly pins?: PinPolicy | undefined;
  /** Authorities trusted besides those of the system, in PEM; for development. */
  readonly extraAuthorities?: readonly string[];
  /** Told of every pin failure, also of those that a report-only policy lets pass. */
  readonly onPinFailure?: (report: PinReport) => void;
  /** Told of the chain a server showed, leaf first, when it was let pass under pins. */
  readonly onPinnedServer?: (seen: SeenChain) => void;
  /** Milliseconds since 1970, for the expiry of pins. */
  readonly now?: () => number;
  /** Goes elsewhere for a `name:port` (not an IP address), as curl's --connect-to does; host name, certificate and pins are checked as ever. */
  readonly connectTo?: Readonly<Record<string, { readonly host: string; readonly port: number }>>;
}

export interface NodeTransport extends Transport {
  /**
   * Puts another pin set in force at once: connections made under the old one are destroyed, and requests on them fail.
   *
   * @throws ClientError `invalid-option`; the old set then stays.
   */
  replacePins(policy: PinPolicy | undefined): Promise<void>;
  close(): Promise<void>;
}

/**
 * HTTPS for Node. TLS 1.2 or 1.3 verified whatever the environment says, pins checked on every connection, HTTP/1.1 (with
 * one request at a time on a connection, it is certain which connection a request went out on), no redirects, no cookies,
 * no cache, no decompression.
 */
export function createNodeTransport(options: NodeTransportOptions = {}): NodeTransport {
  const { extraAuthorities = [], onPinFailure = () => {}, onPinnedServer = () => {}, now = Date.now, connectTo = {} } = options;
  const makeAgent = (policy: PinPolicy | undefined) => {
    const pins = policy === undefined ? undefined : readPinPolicy(policy);
    const connect = buildConnector({
      minVersion: 'TLSv1.2',
      ciphers: ['TLS_AES_128_GCM_SHA256', 'TLS_AES_256_GCM_SHA384', 'TLS_CHACHA20_POLY1305_SHA256', ...TLS12_CIPHERS].join(':'),
      // Said outright, so that NODE_TLS_REJECT_UNAUTHORIZED=0 has no effect.
      rejectUnauthorized: true,
      ...(extraAuthorities.length > 0 && { ca: [...getCACertificates('default'), ...extraAuthorities] }),
      checkServerIdentity: pinCheck(pins, now, onPinFailure, onPinnedServer),
      // A resumed session skips checkServerIdentity and has no certificate to look at. So there are none.
      maxCachedSessions: 0,
      allowH2: false,
      timeout: CONNECT_TIMEOUT,
    });
    return new Agent({
      connect: withRefusals(connect, connectTo),
      allowH2: false,
      maxCachedSessions: 0,
      maxHeaderSize: MAX_HEADER_SIZE,
      // The client's own deadlines end a request.
      headersTimeout: 0,
      bodyTimeout: 0,
    });
  };
  let agent = makeAgent(options.pins);
  return {
    send: (request) => dispatch(agent, request),
    async replacePins(policy) {
      const old = agent;
      agent = makeAgent(policy);
      await old.destroy();
    },
    close: () => agent.destroy(),
  };
}

/** Tells a server that was refused from one that was not reached, by the state of the socket, never by a message. */
function withRefusals(
  connect: buildConnector.connector,
  connectTo: NonNullable<NodeTransportOptions['connectTo']>,
): buildConnector.connector {
  return (target, callback) => {
    // The name is what certificate and pins are checked against; an IP address would be replaced by the other one.
    const elsewhere = isIP(target.hostname) === 0 ? connectTo[target.host ?? ''] : undefined;
    const where = elsewhere === undefined ? target : { ...target, hostname: elsewhere.host, port: String(elsewhere.port) };
    // Its type says nothing of the socket that it returns.
    const socket = connect(where, (error, connected) => {
      if (error === null) callback(null, connected as Socket | TLSSocket);
      else callback(refusal(error, socket as unknown as Partial<TLSSocket> | undefined) ?? error, null);
    });
    return socket;
  };
}

function refusal(error: Error, socket: Partial<TLSSocket> | undefined): RefusedServer | undefined {
  if (error instanceof RefusedServer) return error;
  const { code } = error as { code?: unknown };
  // The chain did not verify, or no version or suite in common.
  const refused = Boolean(socket?.authorizationError) || (typeof code === 'string' && code.startsWith('ERR_SSL_'));
  return refused ? new RefusedServer('untrusted-server', 'the certificate or the TLS version was not accepted') : undefined;
}

function dispatch(agent: Agent, request: TransportRequest): Promise<TransportResponse> {
  const { method, url, headers, body, signal, maxBytes } = request;
  const { origin, pathname, search } = new URL(url);
  return new Promise((resolve, reject) => {
    let sent = false;
    let own: TransportError | undefined;
    let controller: Dispatcher.DispatchController | undefined;
    let status = 0;
    let fields: Record<string, string> = {};
    const chunks: Buffer[] = [];
    let size = 0;

    let stop: (() => void) | undefined;
    function abort(failure: TransportFailure): void {
      own = new TransportError(failure, sent);
      controller?.abort(own);
      settle(() => reject(own));
    }
    function settle(how: () => void): void {
      stop?.();
      how();
    }

    const handler: Dispatcher.DispatchHandler = {
      // Called just before the first byte is written; never if the connection fails.
      onRequestStart(started) {
        controller = started;
        if (own !== undefined) started.abort(own);
        else sent = true;
      },
      onResponseStart(_, code, received) {
        // 1xx: the answer is still to come.
        if (code < 200) return;
        status = code;
        fields = joinFields(received);
      },
      onResponseData(_, chunk) {
        size += chunk.length;
        if (size > maxBytes) abort('too-large');
        else chunks.push(chunk);
      },
      onResponseEnd: () => settle(() => resolve({ status, headers: fields, body: Buffer.concat(chunks) })),
      onResponseError: (_, error) => settle(() => reject(own ?? toTransportError(error, sent))),
    };
    stop = onCancel(signal, () => abort('cancelled'));
    if (own !== undefined) return;
    try {
      agent.dispatch({ origin, path: pathname + search, method, headers, body: body ?? null }, handler);
    } catch {
      // The agent was closed, or refuses the request as malformed.
      settle(() => reject(new TransportError('unreachable', false)));
    }
  });
}

function toTransportError(error: Error, sent: boolean): TransportError {
  if (error instanceof RefusedServer) return new TransportError(error.failure, false, error.message);
  const malformed = error instanceof errors.HTTPParserError || error instanceof errors.HeadersOverflowError;
  return new TransportError(malformed ? 'malformed' : 'unreachable', sent);
}

function joinFields(received: Readonly<Record<string, string | string[] | undefined>>): Record<string, string> {
  const fields: Record<string, string> = {};
  for (const [name, value] of Object.entries(received)) {
    if (value !== undefined) fields[name.toLowerCase()] = Array.isArray(value) ? value.join(', ') : value;
  }
  return fields;
}
