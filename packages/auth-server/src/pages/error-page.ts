import { type ReasonCode, reasons } from '@sallyport/protocol';
import { html } from './html.ts';
import type { Page } from './page.ts';

/** What a person sees when a sign-in cannot go on: one coarse sentence and the code support asks for. */
export function errorPage(
  reason: ReasonCode,
  supportCode: string,
  { status = reasons[reason].status, retryAfter }: { status?: number; retryAfter?: number } = {},
): Page {
  return {
    status,
    title: 'Sign in',
    retryAfter,
    body: html`<h1>This did not work</h1>
<div class="alert" role="alert">
<p>${reasons[reason].title}</p>
<p class="code">Support code <span>${supportCode}</span></p>
</div>`,
  };
}
