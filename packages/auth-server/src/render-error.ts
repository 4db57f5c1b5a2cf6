import type { ReasonCode } from '@sallyport/protocol';
import { type Configuration, errors } from 'oidc-provider';
import { StoreFailed } from './engine/storage-adapter.ts';
import { errorPage } from './pages/error-page.ts';
import { pageHeaders, renderPage } from './pages/page.ts';
import { recordOf } from './request-record.ts';

/** What a person sees instead of the token engine's own error page: which parameter was wrong is for the log. */
export const renderError: NonNullable<Configuration['renderError']> = async (ctx, _out, error) => {
  const record = recordOf(ctx.req as Parameters<typeof recordOf>[0]);
  record.reason = reasonOf(error);
  const page = errorPage(record.reason, record.supportCode, { status: ctx.status });
  ctx.set(pageHeaders(page));
  ctx.body = renderPage(page);
};

function reasonOf(error: Error): ReasonCode {
  if (error instanceof errors.SessionNotFound) return 'sign-in-expired';
  if (error instanceof StoreFailed) return 'store-unavailable';
  return error instanceof errors.OIDCProviderError && error.statusCode < 500 ? 'request-malformed' : 'internal-error';
}
