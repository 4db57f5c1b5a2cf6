import { ClientError } from './errors.ts';

/** An http(s) address taken apart. There is no `URL` in React Native's engine, and we need little of it. */
export interface ClientAddress {
  readonly scheme: 'https' | 'http';
  /** Host and, unless it is the scheme's own, port; in lower case. */
  readonly authority: string;
  /** Scheme and authority. */
  readonly origin: string;
  /** Begins with a slash; without query and fragment. */
  readonly path: string;
}

/** Longest address we send, in characters: what proxies and our gateway's 16 KiB head accept with room for the rest. */
const MAX_LENGTH = 8192;

// Authority: a name, an IPv4 address or an IPv6 address in brackets; no user, whose `@` is how addresses are faked.
const ADDRESS = /^(https?):\/\/([a-z0-9.-]+|\[[0-9a-f:.]+\])(?::(\d{1,5}))?(\/[^?#]*)?(?:\?[^#]*)?$/i;
// Visible ASCII; no backslash, which browsers and some servers read as a slash.
const VISIBLE = /^[\x21-\x5b\x5d-\x7e]*$/;

/**
 * Reads an absolute http or https address.
 *
 * @returns `undefined` for anything else: another scheme, a user, a fragment, white space, a port out of range.
 * @example parseAddress('https://API.example:443/orders?page=2')?.origin // 'https://api.example'
 */
export function parseAddress(url: string): ClientAddress | undefined {
  if (url.length > MAX_LENGTH || !VISIBLE.test(url)) return undefined;
  const match = ADDRESS.exec(url);
  if (match === null) return undefined;
  const scheme = (match[1] as string).toLowerCase() as 'https' | 'http';
  const port = match[3] === undefined ? undefined : Number(match[3]);
  if (port === 0 || (port !== undefined && port > 65_535)) return undefined;
  if (isOddNumber(match[2] as string)) return undefined;
  const isDefault = port === undefined || port === (scheme === 'https' ? 443 : 80);
  const authority = (match[2] as string).toLowerCase() + (isDefault ? '' : `:${port}`);
  return { scheme, authority, origin: `${scheme}://${authority}`, path: match[4] ?? '/' };
}

/** IPv4 in the one spelling that all readers agree on. */
const DOTTED_QUAD = /^(?:(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)(?:\.(?!$)|$)){4}$/;

/** Whether platforms would read the host as an IPv4 address that it does not look like, such as `127.1` or `0x7f000001`. */
function isOddNumber(host: string): boolean {
  return /(?:^|\.)(?:\d+|0x[0-9a-f]*)\.?$/i.test(host) && !DOTTED_QUAD.test(host);
}

/** What a query may be made of; `undefined` leaves the name out, a list repeats it. */
export type Query = Readonly<Record<string, string | number | boolean | undefined | readonly (string | number | boolean)[]>>;

/** pchar and slashes (RFC 3986 §3.3). Anything else a platform would encode on its way, and the proof name another address. */
const PATH = /^\/(?:[A-Za-z0-9._~!$&'()*+,;=:@/-]|%[0-9A-Fa-f]{2})*$/;

/** Whether a path stands for itself: it goes out as it is spelled, with no empty and no dot segments however they are encoded. */
export function isPlainPath(path: string): boolean {
  return PATH.test(path) && !path.includes('//') && !path.split('/').some((segment) => /^(?:\.|%2e){1,2}$/i.test(segment));
}

/**
 * The address of a request: base, path, query. The path cannot leave the base: no `//`, no dot segments however they are
 * encoded, no backslash, no query or fragment smuggled in.
 *
 * @throws ClientError `invalid-request`
 * @example requestAddress('https://api.example/v1', '/orders', { page: 2 }) // 'https://api.example/v1/orders?page=2'
 */
export function requestAddress(base: string, path: string, query: Query = {}): string {
  if (!isPlainPath(path)) {
    throw new ClientError(
      'invalid-request',
      'The path must begin with one slash, be percent-encoded, and hold no dot segments, query or fragment.',
    );
  }
  const text = formatQuery(query);
  const url = base.replace(/\/$/, '') + path + (text === '' ? '' : `?${text}`);
  if (url.length > MAX_LENGTH) throw new ClientError('invalid-request', `The address is longer than ${MAX_LENGTH} characters. Use a body.`);
  return url;
}

function formatQuery(query: Query): string {
  try {
    return formatForm(query);
  } catch {
    // Half of a surrogate pair has no encoding.
    throw new ClientError('invalid-request', 'A value of the query is not well-formed text.');
  }
}

/** Fields as `application/x-www-form-urlencoded`, spaces as `%20`. @example formatForm({ a: 'b c', d: [1, 2] }) // 'a=b%20c&d=1&d=2' */
export function formatForm(fields: Query): string {
  const pairs: string[] = [];
  for (const [name, value] of Object.entries(fields)) {
    for (const item of Array.isArray(value) ? value : [value]) {
      if (item !== undefined) pairs.push(`${encodeURIComponent(name)}=${encodeURIComponent(String(item))}`);
    }
  }
  return pairs.join('&');
}

/**
 * Reads `application/x-www-form-urlencoded` text strictly.
 *
 * @returns `undefined` when a name comes twice (two readers would disagree about it) or an escape is broken.
 */
export function parseForm(text: string): ReadonlyMap<string, string> | undefined {
  const fields = new Map<string, string>();
  if (text === '') return fields;
  for (const pair of text.split('&')) {
    const at = pair.indexOf('=');
    const name = unescapeField(at === -1 ? pair : pair.slice(0, at));
    const value = unescapeField(at === -1 ? '' : pair.slice(at + 1));
    if (name === undefined || value === undefined || fields.has(name)) return undefined;
    fields.set(name, value);
  }
  return fields;
}

function unescapeField(text: string): string | undefined {
  try {
    return decodeURIComponent(text.replace(/\+/g, ' '));
  } catch {
    return undefined;
  }
}
