import { type Guard, refuse } from '@sallyport/pipeline';
import type { Arrival, Readable } from '../exchange.ts';
import { type Fields, readFields } from '../read-fields.ts';
import { readTarget } from '../read-target.ts';

/**
 * Lets on only what every reader understands alike: one Host and it is ours, one framing, an unambiguous path, no
 * upgrade to another protocol (RFC 9112 §3.2, §6.3; RFC 9113 §8.2.2, §8.3.1). Request smuggling, path confusion and
 * host confusion end here. Plain HTTP never comes so far: serveTls has refused it.
 *
 * @param host host and port of gateway.publicUrl, as {@link acceptedHosts} spells them.
 */
export function transport(hosts: ReadonlySet<string>): Guard<Arrival, Readable> {
  return {
    name: 'transport',
    refuses: ['request-malformed', 'host-unknown'],
    check({ request }) {
      const fields = readFields(request.rawHeaders);
      if (fields === undefined) return refuse('request-malformed', 'a field that must be single came twice');
      if (fields.host === undefined) return refuse('request-malformed', 'no Host');
      if (!hosts.has(fields.host) && !hosts.has(fields.host.toLowerCase())) return refuse('host-unknown');
      if (fields.upgrade !== undefined) return refuse('request-malformed', 'Upgrade');
      if (fields.expect !== undefined && fields.expect.toLowerCase() !== '100-continue') return refuse('request-malformed', 'Expect');
      const http2 = request.httpVersionMajor === 2;
      const hasBody = http2 ? announcesStream(request) : announcesBody(fields);
      if (!http2 && fields.transferEncoding !== undefined && !isChunked(fields, request.httpVersionMinor)) {
        return refuse('request-malformed', 'Transfer-Encoding');
      }
      // RFC 9110 §9.3.1: content of GET has no meaning, and upstreams that do not look for it read it as the next request.
      if (hasBody && (request.method === 'GET' || request.method === 'HEAD')) return refuse('request-malformed', 'GET or HEAD with a body');
      const target = readTarget(request.url ?? '');
      if (target === undefined) return refuse('request-malformed', 'ambiguous target');
      return { facts: { target, fields, hasBody } };
    },
  };
}

/**
 * The spellings of our own host that are accepted: with and without the default port.
 *
 * @param publicUrl gateway.publicUrl.
 * @example acceptedHosts('https://API.example') // Set { 'api.example', 'api.example:443' }
 */
export function acceptedHosts(publicUrl: string): ReadonlySet<string> {
  const { host, port } = new URL(publicUrl);
  return new Set(port === '' ? [host, `${host}:443`] : [host]);
}

function announcesBody({ contentLength, transferEncoding }: Fields): boolean {
  return transferEncoding !== undefined || (contentLength !== undefined && contentLength !== '0');
}

function announcesStream(request: object): boolean {
  return !(request as { stream: { endAfterHeaders: boolean } }).stream.endAfterHeaders;
}

/** The one transfer coding we undo; HTTP/1.0 has none (RFC 9112 §6.1). */
function isChunked({ transferEncoding, contentLength }: Fields, minor: number): boolean {
  return transferEncoding?.toLowerCase() === 'chunked' && contentLength === undefined && minor === 1;
}
