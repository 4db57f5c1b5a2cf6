import type { EventEmitter } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { redactValue } from '@sallyport/protocol';
import type { errors, KoaContextWithOIDC, Provider } from 'oidc-provider';
import { recordOf } from './request-record.ts';

/**
 * Brings what the token engine knows of a request into its record: the engine tells callers no more than "grant request is
 * invalid", and the operator must learn why.
 */
export function watchEngine(provider: Provider): void {
  const refused = (ctx: KoaContextWithOIDC, error: errors.OIDCProviderError) => {
    const record = recordOf(ctx.req as IncomingMessage);
    record.error = error.error;
    record.detail = redactValue(error.error_detail ?? error.error_description);
  };
  provider.on('grant.error', refused);
  provider.on('authorization.error', refused);
  provider.on('pushed_authorization_request.error', refused);
  provider.on('revocation.error', refused);
  provider.on('jwks.error', refused);
  provider.on('discovery.error', refused);
  provider.on('server_error', (ctx, error) => {
    const record = recordOf(ctx.req as IncomingMessage);
    record.error = 'server_error';
    record.detail = redactValue(error.cause ?? error);
  });
  provider.use(async (ctx, next) => {
    try {
      await next();
    } finally {
      const { client, account } = (ctx as Partial<KoaContextWithOIDC>).oidc ?? {};
      const record = recordOf(ctx.req as IncomingMessage);
      record.clientId ??= client?.clientId;
      record.subject ??= account?.accountId;
    }
  });
  // Errors of Koa itself, such as a client that went away; without a listener they would be printed.
  (provider as EventEmitter).on('error', (error: Error, ctx?: { readonly req: IncomingMessage }) => {
    if (ctx !== undefined) recordOf(ctx.req).detail ??= redactValue(error);
  });
}
