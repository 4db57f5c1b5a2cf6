import { z } from 'zod';
import { clientSchema } from './client-schema.ts';
import { duration } from './duration.ts';
import { rateLimitSchema, routeSchema } from './route-schema.ts';

const listen = (port: number) =>
  z
    .strictObject({
      host: z.string().min(1).max(255).default('127.0.0.1').describe('Address to listen on.'),
      port: z.int().min(0).max(65535).default(port).describe('Port to listen on; 0 takes a free one.'),
    })
    .prefault({})
    .describe('Where to listen.');

const tls = z
  .strictObject({
    certificate: z
      .string()
      .min(1)
      .describe('PEM file with the certificate and its chain, from the folder of the policy.')
      .meta({ examples: ['tls/server.pem'] }),
    key: z
      .string()
      .min(1)
      .describe('PEM file with the private key, from the folder of the policy.')
      .meta({ examples: ['tls/server.key'] }),
  })
  .optional()
  .describe('Certificate to serve. Left out: a development certificate for localhost is made in .sallyport/.');

/** Exactly an origin, because it is compared character by character with `iss`, `aud` and `htu`. */
const httpsOrigin = z
  .string()
  .refine((text) => isOrigin(text, ['https:']), { error: 'must be https:// and a host, without path or trailing slash' })
  .optional();

const upstream = z
  .string()
  .meta({ examples: ['http://127.0.0.1:3000'] })
  .transform((text) => text.replace(/\/$/, ''))
  .refine((text) => isOrigin(text, ['http:', 'https:']), { error: 'must be http:// or https:// and a host, without path, query or user' });

function isOrigin(text: string, protocols: readonly string[]): boolean {
  if (!URL.canParse(text)) return false;
  const { origin, protocol } = new URL(text);
  return origin === text && protocols.includes(protocol);
}

/** The schema of the policy: what a team writes, checked and completed with the defaults. */
export const policySchema = z.strictObject({
  gateway: z
    .strictObject({
      listen: listen(8443),
      publicUrl: httpsOrigin
        .describe('Address the app calls, without path. Default: `https://localhost:<port>`.')
        .meta({ examples: ['https://api.example.com'] }),
      upstream: upstream.describe('The backend that is protected.'),
      tls,
      pins: z
        .string()
        .min(1)
        .optional()
        .describe(
          'Signed pin set to serve, as `sallyport pins sign` writes it, from the folder of the policy; read again when it changes. With it, reports of pin failures are taken. Left out: neither.',
        )
        .meta({ examples: ['pins.jws'] }),
    })
    .describe('The gateway.'),
  auth: z
    .strictObject({
      listen: listen(9443),
      issuer: httpsOrigin
        .describe('Issuer of tokens, without path. Default: `https://localhost:<port>`.')
        .meta({ examples: ['https://login.example.com'] }),
      tls,
      accessTokenLifetime: duration('1m', '60m', '15m').prefault('15m').describe('Life of an access token, at most 60m.'),
      refreshTokenLifetime: duration('1h', '365d', '30d')
        .prefault('30d')
        .describe('A session ends when its refresh token was not used for so long.'),
      clients: z.array(clientSchema).min(1).max(100).describe('The apps.'),
      signInLimits: z
        .strictObject({
          user: rateLimitSchema.prefault({ limit: 5, window: '15m' }).describe('Failed sign-ins per user.'),
          address: rateLimitSchema.prefault({ limit: 50, window: '15m' }).describe('Failed sign-ins per network address.'),
        })
        .prefault({})
        .describe('Bounds on failed sign-ins.'),
    })
    .describe('The auth server.'),
  api: z
    .strictObject({
      audience: z
        .string()
        .min(1)
        .max(2000)
        .refine((text) => URL.canParse(text) && !text.includes('#'), {
          error: 'must be an absolute address without #fragment (RFC 8707 §2)',
        })
        .optional()
        .describe('`aud` of access tokens (RFC 8707 resource). Default: gateway.publicUrl.')
        .meta({ examples: ['https://api.example.com'] }),
    })
    .prefault({})
    .describe('The API as tokens name it.'),
  limits: z
    .strictObject({
      headerBytes: z.int().min(1024).max(65_536).default(16_384).describe('Largest header section, in bytes.'),
      bodyBytes: z.int().min(0).max(1_073_741_824).default(1_048_576).describe('Largest body, in bytes.'),
      requestTimeout: duration('1s', '1h', '30s').prefault('30s').describe('Longest time a request may take to arrive.'),
      upstreamTimeout: duration('100ms', '1h', '30s').prefault('30s').describe('Longest wait for the upstream to go on.'),
    })
    .prefault({})
    .describe('Bounds on size and time.'),
  rateLimits: z
    .strictObject({
      address: rateLimitSchema.prefault({ limit: 600, window: '1m' }).describe('Per network address, before any signature is checked.'),
      principal: rateLimitSchema.prefault({ limit: 300, window: '1m' }).describe('Per user.'),
    })
    .prefault({})
    .describe('Bounds on rate.'),
  routes: z
    .array(routeSchema)
    .min(1)
    .max(2000)
    .describe('What may be reached, the more particular path first: the first that matches counts. Everything else is refused.'),
});

/** The policy as a team writes it: defaults may be left out, durations are text. */
export type PolicyInput = z.input<typeof policySchema>;

/** The policy as every enforcer reads it: complete, durations in milliseconds. */
export type Policy = z.output<typeof policySchema>;

export type RoutePolicy = Policy['routes'][number];
export type RateLimit = z.output<typeof rateLimitSchema>;
