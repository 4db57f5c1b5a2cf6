import { z } from 'zod';
import { duration } from './duration.ts';

/** OAuth scope-token (RFC 6749 §3.3). */
const scope = z.string().regex(/^[\x21\x23-\x5b\x5d-\x7e]+$/, { error: 'must be one scope without spaces or quotes' });

const httpsUrl = z.url({ protocol: /^https$/, error: 'must be an https:// address' });

const listen = z.strictObject({
  host: z.string().min(1).default('127.0.0.1').describe('Address to listen on.'),
  port: z.int().min(0).max(65535).describe('Port to listen on; 0 takes a free one.'),
});

const tls = z
  .strictObject({
    certificate: z.string().min(1).describe('PEM file with the certificate and its chain.'),
    key: z.string().min(1).describe('PEM file with the private key.'),
  })
  .describe('Certificate to serve. Left out: a development certificate is made in .sallyport/.');

const rateLimit = z.strictObject({
  limit: z.int().min(1).max(1_000_000).describe('Requests per window.'),
  window: duration('1s', '1d').describe('Length of the window.'),
});

const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'] as const;

const route = z
  .strictObject({
    method: z
      .union([z.enum(METHODS), z.array(z.enum(METHODS)).min(1)])
      .transform((value) => (typeof value === 'string' ? [value] : value))
      .describe('Method, or list of methods. GET does not include HEAD.'),
    path: z
      .string()
      .regex(/^\/(?:(?:[A-Za-z0-9._~!$&'()+,;=@%-]+|:[A-Za-z_]\w*)(?:\/|$))*(?:\*\*)?$/, {
        error: 'must be a path such as /orders, /orders/:id or /files/**',
      })
      .describe('Path. `:name` stands for one segment, `/**` at the end for everything below and the path itself.'),
    access: z.enum(['user', 'public']).default('user').describe('`user`: a token and a proof are needed. `public`: anybody.'),
    scopes: z.array(scope).default([]).describe('Every one of these must be in the token.'),
    proof: z
      .enum(['required', 'if-bound'])
      .default('required')
      .describe('`required`: DPoP only. `if-bound`: a bearer token that is bound to no key is accepted too.'),
    idempotency: z
      .enum(['off', 'optional', 'required'])
      .default('off')
      .describe('At most one execution per Idempotency-Key and user. `required`: refuse without a key.'),
    rateLimit: rateLimit.optional().describe('Limit per user (per address on a public route), on top of the general ones.'),
    bodyBytes: z.int().min(0).max(1_073_741_824).optional().describe('Largest body, instead of limits.bodyBytes.'),
    upstreamTimeout: duration('100ms', '1h').optional().describe('Longest wait for the upstream, instead of limits.upstreamTimeout.'),
  })
  .refine((value) => value.access === 'user' || value.scopes.length === 0, {
    path: ['scopes'],
    error: 'a public route has no token and so no scopes: leave them out, or write access: "user"',
  })
  .refine((value) => value.access === 'user' || value.idempotency === 'off', {
    path: ['idempotency'],
    error: 'a public route has no user to keep keys apart by: leave it off, or write access: "user"',
  });

const client = z.strictObject({
  id: z
    .string()
    .regex(/^[\w.-]{1,100}$/, { error: 'must be 1 to 100 letters, digits, dots, dashes or underscores' })
    .describe('client_id.'),
  name: z.string().min(1).max(100).describe('What the sign-in page calls the app.'),
  redirectUris: z
    .array(z.url({ error: 'must be an address such as com.example.app:/signed-in' }))
    .min(1)
    .describe('Where the system browser returns to. Private-use scheme, claimed https, or loopback (RFC 8252 §7).'),
  scopes: z.array(scope).default([]).describe('API scopes the app may ask for.'),
});

/** The schema of the policy: what a team writes, checked and completed with the defaults. */
export const policySchema = z.strictObject({
  gateway: z
    .strictObject({
      listen: listen.prefault({ port: 8443 }),
      publicUrl: httpsUrl.optional().describe('Address the app calls, without path. Default: https://localhost:<port>.'),
      upstream: z.url({ protocol: /^https?$/, error: 'must be an http:// or https:// address' }).describe('The backend that is protected.'),
      tls: tls.optional(),
    })
    .describe('The gateway.'),
  auth: z
    .strictObject({
      listen: listen.prefault({ port: 9443 }),
      issuer: httpsUrl.optional().describe('Issuer. Default: https://localhost:<port>.'),
      tls: tls.optional(),
      accessTokenLifetime: duration('1m', '60m').default(900_000).describe('Life of an access token. Default 15m, at most 60m.'),
      refreshTokenLifetime: duration('1h', '365d')
        .default(2_592_000_000)
        .describe('A session ends when its refresh token was not used for so long. Default 30d.'),
      clients: z.array(client).min(1).describe('The apps.'),
      signInLimits: z
        .strictObject({
          user: rateLimit.prefault({ limit: 5, window: '15m' }).describe('Failed sign-ins per user.'),
          address: rateLimit.prefault({ limit: 50, window: '15m' }).describe('Failed sign-ins per network address.'),
        })
        .prefault({}),
    })
    .describe('The auth server.'),
  api: z
    .strictObject({
      audience: z.string().min(1).optional().describe('`aud` of access tokens (RFC 8707 resource). Default: gateway.publicUrl.'),
    })
    .prefault({})
    .describe('The API as tokens name it.'),
  limits: z
    .strictObject({
      headerBytes: z.int().min(1024).max(65_536).default(16_384).describe('Largest header section, in bytes.'),
      bodyBytes: z.int().min(0).max(1_073_741_824).default(1_048_576).describe('Largest body, in bytes.'),
      requestTimeout: duration('1s', '1h').default(30_000).describe('Longest time a request may take to arrive. Default 30s.'),
      upstreamTimeout: duration('100ms', '1h').default(30_000).describe('Longest wait for the upstream to go on. Default 30s.'),
    })
    .prefault({})
    .describe('Bounds on size and time.'),
  rateLimits: z
    .strictObject({
      address: rateLimit.prefault({ limit: 600, window: '1m' }).describe('Per network address, before any signature is checked.'),
      principal: rateLimit.prefault({ limit: 300, window: '1m' }).describe('Per user.'),
    })
    .prefault({})
    .describe('Bounds on rate.'),
  routes: z.array(route).min(1).max(2000).describe('What may be reached. Everything else is refused.'),
});

/** The policy as a team writes it: defaults may be left out, durations are text. */
export type PolicyInput = z.input<typeof policySchema>;

/** The policy as every enforcer reads it: complete, durations in milliseconds. */
export type Policy = z.output<typeof policySchema>;

export type RoutePolicy = Policy['routes'][number];
export type RateLimit = z.output<typeof rateLimit>;
