/** A segment of a route's path: fixed text, or a name that stands for any one segment. */
export type PathSegment = { readonly literal: string } | { readonly parameter: string };

/** A route's path taken apart. `rest`: it ends in `/**`. */
export interface RoutePath {
  readonly segments: readonly PathSegment[];
  readonly rest: boolean;
}

/** Longer paths are refused by the gateway before a route is looked for. */
const MAX_LENGTH = 2000;

/** pchar of RFC 3986 §3.3 without `:` and `*`, which mean something here; percent-encodings are checked apart. */
const LITERAL = /^(?:[A-Za-z0-9._~!$&'()+,;=@-]|%[0-9A-F]{2})*$/;

/**
 * What is wrong with the path of a route, if anything.
 *
 * Only the one normal form is taken (RFC 3986 §6.2.2): two spellings of one path are how a route is slipped past.
 *
 * @returns what is wrong, or `undefined`.
 * @example routePathProblem('/orders/:id') // undefined
 */
export function routePathProblem(text: string): string | undefined {
  if (!text.startsWith('/')) return 'must be a path that begins with a slash, such as /orders, /orders/:id or /files/**';
  if (text.length > MAX_LENGTH) return `must have at most ${MAX_LENGTH} characters`;
  const names = new Set<string>();
  const segments = text.slice(1).split('/');
  for (const [index, segment] of segments.entries()) {
    const last = index === segments.length - 1;
    const problem = segmentProblem(segment, last, names);
    if (problem !== undefined) return problem;
  }
  return undefined;
}

function segmentProblem(segment: string, last: boolean, names: Set<string>): string | undefined {
  if (segment === '' && !last) return 'must not hold two slashes in a row';
  if (segment === '**' && last) return undefined;
  if (segment.includes('*')) return 'may hold ** only at its end, after a slash, such as /files/**';
  if (segment === '.' || segment === '..') return 'must not hold the segments . and ..';
  if (segment.startsWith(':')) {
    if (!/^:[A-Za-z_]\w*$/.test(segment)) return 'must name a segment with letters, digits and underscores only, such as :id';
    if (names.has(segment)) return `names ${segment} twice`;
    names.add(segment);
    return undefined;
  }
  if (!LITERAL.test(segment)) return 'must hold only characters a path may hold; others percent-encoded in upper case (%C3%A9)';
  const encoded = segment.match(/%../g)?.find((each) => mustNotBeEncoded(Number.parseInt(each.slice(1), 16)));
  return encoded === undefined ? undefined : `must not hold ${encoded}: it is written plainly or refused by the gateway`;
}

/** Unreserved characters have one spelling only; slashes, backslashes and control characters have none. */
function mustNotBeEncoded(code: number): boolean {
  return code < 0x20 || code === 0x7f || /[A-Za-z0-9._~/\\-]/.test(String.fromCharCode(code));
}

/**
 * Takes the path of a checked route apart.
 *
 * @example parseRoutePath('/files/:id/**') // { segments: [{ literal: 'files' }, { parameter: 'id' }], rest: true }
 */
export function parseRoutePath(path: string): RoutePath {
  const parts = path.slice(1).split('/');
  const rest = parts.at(-1) === '**';
  if (rest) parts.pop();
  return { segments: parts.map((part) => (part.startsWith(':') ? { parameter: part.slice(1) } : { literal: part })), rest };
}

/** Whether every path that `second` matches is matched by `first` too. @example covers('/a/**', '/a/:b') // true */
export function covers(first: RoutePath, second: RoutePath): boolean {
  if (second.segments.length < first.segments.length) return false;
  for (const [index, segment] of first.segments.entries()) {
    const other = second.segments[index] as PathSegment;
    if ('literal' in segment ? !('literal' in other && other.literal === segment.literal) : !isFilled(other)) return false;
  }
  return first.rest || (!second.rest && first.segments.length === second.segments.length);
}

/** Whether there is a path that both match. @example overlaps('/a/:b', '/:c/d') // true, /a/d */
export function overlaps(first: RoutePath, second: RoutePath): boolean {
  const shared = Math.min(first.segments.length, second.segments.length);
  for (let index = 0; index < shared; index++) {
    const [a, b] = [first.segments[index] as PathSegment, second.segments[index] as PathSegment];
    if ('literal' in a ? ('literal' in b ? a.literal !== b.literal : !isFilled(a)) : !isFilled(b)) return false;
  }
  if (first.segments.length === second.segments.length) return true;
  return first.segments.length < second.segments.length ? first.rest : second.rest;
}

/** A parameter never stands for the empty segment after a trailing slash. */
function isFilled(segment: PathSegment): boolean {
  return !('literal' in segment) || segment.literal !== '';
}
