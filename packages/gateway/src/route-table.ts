import type { RoutePolicy } from '@sallyport/policy';
import { foldPath, type Target } from './read-target.ts';

/** What the table says about a request. */
export type RouteMatch<Route> =
  | { readonly route: Route }
  /** The path is listed, the method is not; `allow` is the value of the Allow field. */
  | { readonly allow: string }
  /** The exact reading and a lenient one lead to different routes. */
  | { readonly ambiguous: true }
  | { readonly unlisted: true };

/** A route in its place in the list; `routes` holds more than one where a lenient reading makes two paths the same. */
interface Entry<Route> {
  readonly order: number;
  readonly routes: Route[];
}

/** One segment of the listed paths. */
interface Node<Route> {
  readonly literals: Map<string, Node<Route>>;
  parameter: Node<Route> | undefined;
  /** By method: the path that ends here. */
  readonly here: Map<string, Entry<Route>>;
  /** By method: the path that ends here with `**`. */
  readonly below: Map<string, Entry<Route>>;
}

type Shape = Pick<RoutePolicy, 'method' | 'path'>;

const UNLISTED = { unlisted: true } as const;
const AMBIGUOUS = { ambiguous: true } as const;

/**
 * Compiles the routes of the policy into a lookup. Default deny: what is not listed is not there.
 *
 * The first route of the list that matches counts, as the policy promises. A request that an upstream which
 * ignores case, trailing slashes, encoding or matrix parameters would take for another listed route is ambiguous: it
 * could otherwise slip past the stricter of two routes.
 *
 * @throws Error when two routes list the same method and path.
 * @example compileRouteTable(policy.routes)({ path: '/orders/7', … }, 'GET')
 */
export function compileRouteTable<Route extends Shape>(
  routes: readonly Route[],
): (target: Pick<Target, 'path' | 'foldable'>, method: string) => RouteMatch<Route> {
  const exact = newNode<Route>();
  const folded = newNode<Route>();
  for (const [order, route] of routes.entries()) {
    for (const method of route.method) {
      const methods = place(exact, route.path);
      if (methods.has(method)) throw new Error(`Two routes list ${method} ${route.path}. Keep one of them.`);
      methods.set(method, { order, routes: [route] });
      const lenient = place(folded, foldPattern(route.path));
      const twin = lenient.get(method);
      if (twin === undefined) lenient.set(method, { order, routes: [route] });
      else twin.routes.push(route);
    }
  }
  return ({ path, foldable }, method) => {
    const segments = path.slice(1).split('/');
    const route = find(exact, segments, 0, method)?.routes[0];
    if (route === undefined) {
      const allow = new Set<string>();
      collectMethods(exact, segments, 0, allow);
      return allow.size === 0 ? UNLISTED : { allow: [...allow].sort().join(', ') };
    }
    if (foldable && !find(folded, foldPath(path).slice(1).split('/'), 0, method)?.routes.includes(route)) return AMBIGUOUS;
    return { route };
  };
}

function newNode<Route>(): Node<Route> {
  return { literals: new Map(), parameter: undefined, here: new Map(), below: new Map() };
}

/** Parameters keep their colon, whatever their name is, so that folding leaves them alone. */
function foldPattern(pattern: string): string {
  return foldPath(pattern.replace(/:\w+/g, ':p'));
}

/** The method map of a pattern, made on the way. */
function place<Route>(root: Node<Route>, pattern: string): Map<string, Entry<Route>> {
  let node = root;
  for (const segment of pattern.slice(1).split('/')) {
    if (segment === '**') return node.below;
    if (segment.startsWith(':')) node = node.parameter ??= newNode();
    else {
      let next = node.literals.get(segment);
      if (next === undefined) {
        next = newNode();
        node.literals.set(segment, next);
      }
      node = next;
    }
  }
  return node.here;
}

function find<Route>(node: Node<Route>, segments: readonly string[], index: number, method: string): Entry<Route> | undefined {
  const below = node.below.get(method);
  if (index === segments.length) return earlier(node.here.get(method), below);
  const segment = segments[index] as string;
  const literal = node.literals.get(segment);
  const byLiteral = literal && find(literal, segments, index + 1, method);
  // An empty segment is a trailing slash, and no value of a parameter.
  const byName = segment === '' || node.parameter === undefined ? undefined : find(node.parameter, segments, index + 1, method);
  return earlier(earlier(byLiteral, byName), below);
}

function earlier<Route>(one: Entry<Route> | undefined, other: Entry<Route> | undefined): Entry<Route> | undefined {
  if (one === undefined || other === undefined) return one ?? other;
  return one.order < other.order ? one : other;
}

function collectMethods<Route>(node: Node<Route>, segments: readonly string[], index: number, into: Set<string>): void {
  for (const method of node.below.keys()) into.add(method);
  if (index === segments.length) {
    for (const method of node.here.keys()) into.add(method);
    return;
  }
  const segment = segments[index] as string;
  const literal = node.literals.get(segment);
  if (literal !== undefined) collectMethods(literal, segments, index + 1, into);
  if (segment !== '' && node.parameter !== undefined) collectMethods(node.parameter, segments, index + 1, into);
}
