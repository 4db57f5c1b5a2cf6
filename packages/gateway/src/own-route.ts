import type { Delivery } from './delivery.ts';
import type { Exchange, Readable, Route } from './exchange.ts';

/**
 * A route that the gateway answers itself. It stands in the route table like any other, so every guard of a public route
 * has looked at the request before: default deny, size, rate.
 */
export interface OwnRoute {
  readonly route: Route;
  /** Ends the exchange, whatever happens. */
  answer(exchange: Exchange & Readable, delivery: Delivery): void | Promise<void>;
}

/** A public route of ours with everything else as usual. */
export function publicRoute(method: 'GET' | 'POST', path: string, bodyBytes: number, rateLimit?: Route['rateLimit']): Route {
  return {
    method: method === 'GET' ? ['GET', 'HEAD'] : [method],
    path,
    access: 'public',
    scopes: [],
    proof: 'required',
    idempotency: 'off',
    bodyBytes,
    upstreamTimeout: 0,
    ...(rateLimit !== undefined && { rateLimit }),
  };
}
