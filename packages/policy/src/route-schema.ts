import { z } from 'zod';
import { scopeSchema } from './client-schema.ts';
import { duration } from './duration.ts';
import { routePathProblem } from './route-path.ts';

const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'] as const;

/** So many requests in so much time. */
export const rateLimitSchema = z.strictObject({
  limit: z
    .int()
    .min(1)
    .max(1_000_000)
    .describe('Requests per window.')
    .meta({ examples: [100] }),
  window: duration('1s', '1d', '1m').describe('Length of the window.'),
});

/** One line of what may be reached. */
export const routeSchema = z
  .strictObject({
    method: z
      .union([z.enum(METHODS), z.array(z.enum(METHODS)).min(1).max(METHODS.length)])
      .meta({ examples: ['GET'] })
      .transform((value) => (typeof value === 'string' ? [value] : value))
      .describe('Method, or list of methods. GET does not include HEAD.'),
    path: z
      .string()
      .superRefine((text, context) => {
        const problem = routePathProblem(text);
        if (problem !== undefined) context.addIssue({ code: 'custom', message: problem, input: text });
      })
      .describe('Path. `:name` stands for one segment, `/**` at the end for everything below and the path itself.')
      .meta({ examples: ['/orders/:id'] }),
    access: z.enum(['user', 'public']).default('user').describe('`user`: a token and a proof are needed. `public`: anybody.'),
    scopes: z
      .array(scopeSchema)
      .max(20)
      .default([])
      .describe('Every one of these must be in the token.')
      .meta({ examples: [['orders:read']] }),
    proof: z
      .enum(['required', 'if-bound'])
      .default('required')
      .describe('`required`: DPoP only. `if-bound`: a bearer token that is bound to no key is accepted too.'),
    idempotency: z
      .enum(['off', 'optional', 'required'])
      .default('off')
      .describe('At most one execution per Idempotency-Key and user. `required`: refuse without a key.'),
    rateLimit: rateLimitSchema.optional().describe('Limit per user (per address on a public route), on top of the general ones.'),
    bodyBytes: z
      .int()
      .min(0)
      .max(1_073_741_824)
      .optional()
      .describe('Largest body, instead of limits.bodyBytes.')
      .meta({ examples: [10_485_760] }),
    upstreamTimeout: duration('100ms', '1h', '2m').optional().describe('Longest wait for the upstream, instead of limits.upstreamTimeout.'),
  })
  .refine((value) => value.access === 'user' || value.scopes.length === 0, {
    path: ['scopes'],
    error: 'a public route has no token and so no scopes: leave them out, or write access: "user"',
  })
  .refine((value) => value.access === 'user' || value.idempotency === 'off', {
    path: ['idempotency'],
    error: 'a public route has no user to keep keys apart by: leave it off, or write access: "user"',
  });
