import { createHash } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import { HSTS } from '@sallyport/pipeline';
import { Html, html } from './html.ts';

const STYLE = `
:root { color-scheme: light dark; --ink: #1b1f24; --soft: #57606a; --paper: #ffffff; --ground: #f3f4f6; --line: #8c959f; --accent: #0b57d0; --on-accent: #ffffff; --alert: #a40e26; --alert-ground: #fff0f0; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #f0f3f6; --soft: #b1bac4; --paper: #1c2128; --ground: #0d1117; --line: #768390; --accent: #a8c7fa; --on-accent: #062e6f; --alert: #ffb3b3; --alert-ground: #3d1418; }
}
* { box-sizing: border-box; }
body { margin: 0; min-height: 100vh; display: grid; place-items: center; padding: 1rem; background: var(--ground); color: var(--ink); font: 1rem/1.5 system-ui, sans-serif; }
main { width: 100%; max-width: 24rem; padding: 2rem; background: var(--paper); border: 1px solid var(--line); border-radius: 0.75rem; }
h1 { margin: 0 0 0.25rem; font-size: 1.5rem; line-height: 1.25; }
p { margin: 0; overflow-wrap: anywhere; }
.for { color: var(--soft); }
.alert { margin-top: 1.25rem; padding: 0.75rem 1rem; border: 1px solid var(--alert); border-radius: 0.5rem; background: var(--alert-ground); color: var(--alert); }
.code { margin-top: 0.25rem; font-size: 0.875rem; }
.code span { font-family: ui-monospace, monospace; user-select: all; }
label { display: block; margin-top: 1.25rem; font-weight: 600; }
input { display: block; width: 100%; margin-top: 0.375rem; padding: 0.625rem 0.75rem; border: 1px solid var(--line); border-radius: 0.5rem; background: var(--paper); color: var(--ink); font: inherit; }
button { width: 100%; margin-top: 1.75rem; padding: 0.75rem; border: 0; border-radius: 0.5rem; background: var(--accent); color: var(--on-accent); font: inherit; font-weight: 600; cursor: pointer; }
input:focus-visible, button:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
`;

const STYLE_SOURCE = `'sha256-${createHash('sha256').update(STYLE).digest('base64')}'`;

// The style stands in one constant, so it needs no escaping and its hash never changes while the server runs.
const STYLE_ELEMENT = new Html(`<style>${STYLE}</style>`);

export interface Page {
  readonly status: number;
  readonly title: string;
  readonly body: Html;
  /** Where a form of this page may lead, itself included: CSP sources. None: the page has no form. */
  readonly formSources?: readonly string[];
  /** Seconds. */
  readonly retryAfter?: number | undefined;
}

/** The whole document. */
export function renderPage({ title, body }: Pick<Page, 'title' | 'body'>): string {
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
${STYLE_ELEMENT}
</head>
<body>
<main>
${body}
</main>
</body>
</html>
`.text;
}

/**
 * The header fields of a page: no script, no frame, no other origin, no store, no trace in a Referer.
 */
export function pageHeaders({ formSources = [], retryAfter }: Pick<Page, 'formSources' | 'retryAfter'>): Record<string, string> {
  return {
    'Content-Type': 'text/html; charset=utf-8',
    'Cache-Control': 'no-store',
    'Content-Security-Policy': [
      "default-src 'none'",
      `style-src ${STYLE_SOURCE}`,
      `form-action ${formSources.length === 0 ? "'none'" : formSources.join(' ')}`,
      "base-uri 'none'",
      "frame-ancestors 'none'",
    ].join('; '),
    'Referrer-Policy': 'no-referrer',
    'X-Content-Type-Options': 'nosniff',
    'X-Frame-Options': 'DENY',
    'Cross-Origin-Resource-Policy': 'same-origin',
    'Strict-Transport-Security': HSTS,
    ...(retryAfter !== undefined && { 'Retry-After': String(retryAfter) }),
  };
}

/** Answers with a page. */
export function respondPage(response: ServerResponse, page: Page): void {
  const document = Buffer.from(renderPage(page));
  response.writeHead(page.status, { ...pageHeaders(page), 'Content-Length': String(document.length) });
  response.end(response.req.method === 'HEAD' ? undefined : document);
}
