import { isIP } from 'node:net';

/** A host and the port to reach it at. */
export interface Place {
  readonly host: string;
  readonly port: number;
}

/** RFC 1123 §2.1, and `_`, which some internal names have. */
const NAME = /^(?=.{1,253}$)[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9])?(?:\.[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9])?)*$/;

/**
 * One spelling for each host: lower case, no final dot, IPv6 without brackets.
 *
 * @returns `undefined` for what is no host.
 * @example readHost('API.Example.com.') // 'api.example.com'
 */
export function readHost(text: string): string | undefined {
  const bare = text.startsWith('[') && text.endsWith(']') ? text.slice(1, -1) : text;
  if (isIP(bare) !== 0) return bare.toLowerCase();
  const name = text.toLowerCase().replace(/\.$/, '');
  // What looks like an address and is none is no name either.
  return NAME.test(name) && !/^[\d.]+$/.test(name) ? name : undefined;
}

/**
 * The target of a CONNECT (RFC 9110 §9.3.6), or an address to listen at.
 *
 * @returns `undefined` when either half is missing or wrong.
 * @example readPlace('[::1]:443') // { host: '::1', port: 443 }
 */
export function readPlace(text: string): Place | undefined {
  const [, name = '', digits = ''] = /^(\[[^\]]*\]|[^:]*):(\d{1,5})$/.exec(text) ?? [];
  const [host, port] = [readHost(name), Number(digits)];
  return host === undefined || digits === '' || port > 65_535 ? undefined : { host, port };
}

/** @example writePlace({ host: '::1', port: 443 }) // '[::1]:443' */
export const writePlace = ({ host, port }: Place): string => `${host.includes(':') ? `[${host}]` : host}:${port}`;
