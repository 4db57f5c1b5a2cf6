import { type Guard, refuse } from '@sallyport/pipeline';
import type { Arrival, Readable, Route, Routed } from '../exchange.ts';
import { compileRouteTable } from '../route-table.ts';

/**
 * Default deny: only what the policy lists is there at all (OWASP API9:2023). 404 and 405 look the same to everybody,
 * signed in or not.
 */
export function route(routes: readonly Route[]): Guard<Arrival & Readable, Routed> {
  const look = compileRouteTable(routes);
  const facts = new Map(routes.map((each) => [each, { facts: { route: each } }]));
  return {
    name: 'route',
    refuses: ['route-unlisted', 'method-unlisted', 'request-malformed'],
    check({ request, target }) {
      const match = look(target, request.method ?? '');
      if ('route' in match) return facts.get(match.route) ?? refuse('route-unlisted');
      if ('allow' in match) return refuse('method-unlisted', undefined, { Allow: match.allow });
      return 'ambiguous' in match
        ? refuse('request-malformed', 'a lenient reader takes the path for another route')
        : refuse('route-unlisted');
    },
  };
}
