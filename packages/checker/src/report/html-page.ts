import { escapeHtml } from './escape-html.ts';
import { HTML_STYLE } from './html-style.ts';

export interface Page {
  /** Above the heading. @example 'Sallyport app check' */
  readonly kicker: string;
  readonly heading: string;
  readonly verdict: { readonly good: boolean; readonly text: string };
  /** One line under the verdict. */
  readonly meta: string;
  /** Finished HTML. */
  readonly body: string;
  readonly footer: string;
}

/** One self-contained page: no script, no font, no picture from elsewhere; both colour schemes, phone and paper. */
export const htmlPage = ({ kicker, heading, verdict, meta, body, footer }: Page): string => `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="color-scheme" content="light dark">
<title>${escapeHtml(heading)} · ${escapeHtml(kicker)}</title>
<style>${HTML_STYLE}</style>
</head>
<body>
<main>
<header>
<p class="kicker">${escapeHtml(kicker)}</p>
<h1>${escapeHtml(heading)}</h1>
<p class="verdict ${verdict.good ? 'good' : 'bad'}">${escapeHtml(verdict.text)}</p>
<p class="meta">${escapeHtml(meta)}</p>
</header>
${body}
<footer><p>${escapeHtml(footer)}</p></footer>
</main>
</body>
</html>
`;
