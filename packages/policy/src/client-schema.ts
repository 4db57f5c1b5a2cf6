import { z } from 'zod';
import { redirectUriProblem } from './redirect-uri.ts';

/** OAuth scope-token (RFC 6749 §3.3). */
export const scopeSchema = z
  .string()
  .regex(/^[\x21\x23-\x5b\x5d-\x7e]+$/, { error: 'must be one scope without spaces or quotes' })
  .max(100)
  .meta({ examples: ['orders:read'] });

const redirectUri = z
  .string()
  .superRefine((text, context) => {
    const problem = redirectUriProblem(text);
    if (problem !== undefined) context.addIssue({ code: 'custom', message: problem, input: text });
  })
  .meta({ examples: ['com.example.app:/signed-in'] });

/** One app. */
export const clientSchema = z.strictObject({
  id: z
    .string()
    .regex(/^[\w.-]{1,100}$/, { error: 'must be 1 to 100 letters, digits, dots, dashes or underscores' })
    .describe('`client_id` of the app.')
    .meta({ examples: ['orders-app'] }),
  name: z
    .string()
    .min(1)
    .max(100)
    .describe('What the sign-in page calls the app.')
    .meta({ examples: ['Orders'] }),
  redirectUris: z
    .array(redirectUri)
    .min(1)
    .max(20)
    .describe(
      'Where the system browser returns to: a private-use scheme with a dot, claimed https, or http on 127.0.0.1 or [::1] (RFC 8252 §7).',
    ),
  scopes: z
    .array(scopeSchema)
    .max(200)
    .default([])
    .describe('API scopes the app may ask for.')
    .meta({ examples: [['orders:read']] }),
});
