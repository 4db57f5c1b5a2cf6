import { Pool } from 'undici';

/** Where allowed requests go. */
export interface Upstream {
  readonly pool: Pool;
  /** Scheme, host and port. */
  readonly origin: string;
  /** Path before every request's, without a slash at the end; usually empty. */
  readonly basePath: string;
}

/** Requests forwarded at once, each on a connection of its own; more are refused unsent instead of queued without bound. */
export const MAX_IN_FLIGHT = 1024;

/** Longest wait for a connection to the upstream, in milliseconds: it stands next to us. */
const CONNECT_TIMEOUT = 3000;

/** Largest head of an answer, in bytes: node's own default, twice what servers send. */
const MAX_HEAD = 16_384;

/**
 * Opens the pool of connections to the upstream. HTTP/1.1, no pipelining, no retry of any kind: a request that may have
 * been carried out is never sent a second time.
 *
 * Time limits of a second and more are kept to within about a second: undici looks at them twice a second, which spares a
 * timer for each request.
 *
 * @param url http:// or https:// address, optionally with a path that goes before every request's.
 * @param ca PEM of the authority that signed the upstream's certificate, if it is a private one.
 * @example const upstream = openUpstream('http://127.0.0.1:3000')
 */
export function openUpstream(url: string, ca?: string): Upstream {
  const { origin, pathname } = new URL(url);
  const pool = new Pool(origin, {
    connections: MAX_IN_FLIGHT,
    pipelining: 1,
    allowH2: false,
    connectTimeout: CONNECT_TIMEOUT,
    maxHeaderSize: MAX_HEAD,
    ...(ca !== undefined && { connect: { ca } }),
  });
  return { pool, origin, basePath: pathname.replace(/\/$/, '') };
}
