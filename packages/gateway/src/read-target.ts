/** A request target taken apart: the path decides and is forwarded as it stands, the query is only passed on. */
export interface Target {
  /** Exactly as sent, from the first slash up to the question mark. */
  readonly path: string;
  /** Exactly as sent, question mark included; empty when there is none. */
  readonly query: string;
  /** Whether the path must also be looked at as a lenient upstream would read it, see {@link foldPath}. */
  readonly foldable: boolean;
}

/** Longest target, in characters: what browsers and proxies carry (RFC 9110 §4.1 asks for 8000). */
const MAX_TARGET_LENGTH = 8192;

const PLAIN = 1;
const FOLDS = 2;

/** pchar of RFC 3986 §3.3 by character code; upper case and `;` are read differently by some upstreams. */
const PATH_CHARACTERS = new Uint8Array(128);
for (const character of "abcdefghijklmnopqrstuvwxyz0123456789-._~!$&'()*+,=:@/") PATH_CHARACTERS[character.charCodeAt(0)] = PLAIN;
for (const character of 'ABCDEFGHIJKLMNOPQRSTUVWXYZ;%') PATH_CHARACTERS[character.charCodeAt(0)] = FOLDS;

const SLASH = 47;
const DOT = 46;
const PERCENT = 37;
const QUESTION = 63;
const HASH = 35;

/**
 * Reads a request target (RFC 9112 §3.2.1, origin form only) and refuses every path that two readers could take for two
 * different things: dot segments, empty segments, encoded slashes, dots, letters or control characters, double encoding,
 * backslashes, anything that is not ASCII.
 *
 * What is accepted needs no normalising, so the path that was decided on is byte for byte the path the upstream gets.
 *
 * @returns `undefined` when the target is ambiguous or malformed.
 * @example readTarget('/orders/7?full=1') // { path: '/orders/7', query: '?full=1', foldable: false }
 */
export function readTarget(target: string): Target | undefined {
  const length = target.length;
  if (length > MAX_TARGET_LENGTH || target.charCodeAt(0) !== SLASH) return undefined;
  let foldable = false;
  let index = 1;
  let segment = 1;
  for (; index < length; index++) {
    const code = target.charCodeAt(index);
    if (code === QUESTION) break;
    const kind = code < 128 ? PATH_CHARACTERS[code] : 0;
    if (kind === 0) return undefined;
    if (kind === FOLDS) {
      foldable = true;
      if (code === PERCENT && !isUnambiguousEscape(target, index)) return undefined;
    } else if (code === SLASH) {
      if (index === segment || isDotSegment(target, segment, index)) return undefined;
      segment = index + 1;
    }
  }
  if (isDotSegment(target, segment, index)) return undefined;
  // A trailing slash: many upstreams take it for the path without.
  if (segment === index && index > 1) foldable = true;
  const path = index === length ? target : target.slice(0, index);
  if (foldable && path.includes('%') && decode(path) === undefined) return undefined;
  if (!isPlainQuery(target, index)) return undefined;
  return { path, query: index === length ? '' : target.slice(index), foldable };
}

/** `.` and `..` (RFC 3986 §3.3), also with a matrix parameter: `..;x` is `..` to a servlet container. */
function isDotSegment(target: string, start: number, end: number): boolean {
  if (target.charCodeAt(start) !== DOT) return false;
  let after = start + 1;
  if (target.charCodeAt(after) === DOT) after++;
  return after >= end || target[after] === ';';
}

const HEX = /^[0-9A-Fa-f]{2}$/;

/** An escape of something that must be escaped, and of nothing that a path could be changed by. */
function isUnambiguousEscape(target: string, index: number): boolean {
  const digits = target.slice(index + 1, index + 3);
  if (!HEX.test(digits)) return false;
  const code = Number.parseInt(digits, 16);
  // Bytes of a longer UTF-8 sequence: their sense is checked as a whole.
  if (code >= 128) return true;
  const character = String.fromCharCode(code);
  // Control characters; separators; unreserved characters, which nobody need escape (RFC 3986 §2.3) unless to hide them.
  if (code < 0x20 || code === 0x7f || /[/\\A-Za-z0-9._~-]/.test(character)) return false;
  // `%25` followed by two digits is an escape to whoever decodes twice.
  return code !== PERCENT || !HEX.test(target.slice(index + 3, index + 5));
}

/** The query is the upstream's; only what could end the request line or start a fragment is refused. */
function isPlainQuery(target: string, from: number): boolean {
  for (let index = from; index < target.length; index++) {
    const code = target.charCodeAt(index);
    if (code <= 0x20 || code >= 0x7f || code === HASH) return false;
  }
  return true;
}

function decode(path: string): string | undefined {
  try {
    return decodeURIComponent(path);
  } catch {
    return undefined;
  }
}

/**
 * The path as the most lenient upstream would read it: decoded, in lower case, without matrix parameters and trailing
 * slash. Express ignores case and trailing slash, servlet containers cut at `;`. When this reading leads to another
 * route than the exact one, the request is ambiguous.
 *
 * @example foldPath('/Orders;v=1/') // '/orders'
 */
export function foldPath(path: string): string {
  const folded = (decode(path) ?? path).replace(/;[^/]*/g, '').toLowerCase();
  return folded.length > 1 && folded.endsWith('/') ? folded.slice(0, -1) : folded;
}
