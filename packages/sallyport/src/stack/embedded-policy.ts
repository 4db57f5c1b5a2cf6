import type { PolicyInput } from '@sallyport/policy';

/** The app of the demo, as the auth server knows it. */
export const DEMO_CLIENT = { id: 'orders-app', redirectUri: 'com.example.orders:/signed-in' } as const;

const base = {
  // A little below the defaults, so that the flood of the tour ends soon.
  rateLimits: { address: { limit: 300, window: '1m' } },
} as const satisfies Partial<PolicyInput>;

/** The policy of `sallyport demo`: the sample orders API, with what each route needs. */
export function ordersPolicy(upstream: string): PolicyInput {
  return {
    ...base,
    gateway: { upstream },
    auth: {
      clients: [{ id: DEMO_CLIENT.id, name: 'Orders', redirectUris: [DEMO_CLIENT.redirectUri], scopes: ['orders:read', 'orders:write'] }],
    },
    routes: [
      { method: 'GET', path: '/health', access: 'public' },
      { method: 'GET', path: '/orders', scopes: ['orders:read'] },
      { method: 'POST', path: '/orders', scopes: ['orders:write'], idempotency: 'required' },
      { method: 'GET', path: '/orders/:id', scopes: ['orders:read'] },
      { method: 'DELETE', path: '/orders/:id', scopes: ['orders:write'] },
    ],
  };
}

/**
 * The policy of `sallyport demo --upstream URL`, for a backend nobody has written a policy for yet: everything is
 * reachable, but only for a signed-in user with a device key. A list of routes is the next step, and docs say so.
 */
export function anyUpstreamPolicy(upstream: string): PolicyInput {
  return {
    ...base,
    gateway: { upstream },
    auth: { clients: [{ id: DEMO_CLIENT.id, name: 'Your app', redirectUris: [DEMO_CLIENT.redirectUri], scopes: ['api'] }] },
    routes: [{ method: ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'], path: '/**', scopes: ['api'], idempotency: 'optional' }],
  };
}
