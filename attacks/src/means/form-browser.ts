import { parse } from 'node-html-parser';
import { type Dispatcher, request } from 'undici';
import { openConnections } from './send.ts';

/** A page as this browser sees it: an answer, and the form on it if there is one. */
export interface Page {
  readonly url: string;
  readonly status: number;
  readonly html: string;
  readonly form: { readonly action: string; readonly fields: Readonly<Record<string, string>> } | undefined;
  /** Set instead of following, when the server sends the browser to an address that is no page: back to the app. */
  readonly leftTo: string | undefined;
}

/** Longest chain of redirects; a sign-in needs four. */
const MAX_REDIRECTS = 10;

/**
 * A browser of the plainest kind: cookies, redirects, one form. It drives the real sign-in page over real HTTPS where no
 * human is at hand: in the tour, in the attacks and in tests.
 *
 * @example const page = await browser.open(url); await browser.submit(page, { username, password })
 */
export class FormBrowser {
  readonly #cookies = new Map<string, string>();
  readonly #open: () => Dispatcher;

  constructor(network: { readonly certificateAuthority: string; readonly from?: string }) {
    this.#open = () => openConnections(network);
  }

  open(url: string): Promise<Page> {
    return this.#navigate('GET', url);
  }

  submit(page: Page, values: Readonly<Record<string, string>>): Promise<Page> {
    if (page.form === undefined) throw new Error(`There is no form on ${new URL(page.url).pathname}`);
    return this.#navigate('POST', page.form.action, new URLSearchParams({ ...page.form.fields, ...values }).toString());
  }

  async #navigate(method: 'GET' | 'POST', url: string, body?: string): Promise<Page> {
    const dispatcher = this.#open();
    try {
      let [verb, address, content] = [method, url, body] as ['GET' | 'POST', string, string | undefined];
      for (let redirects = 0; redirects <= MAX_REDIRECTS; redirects++) {
        const answer = await request(address, {
          method: verb,
          dispatcher,
          body: content ?? null,
          headers: {
            accept: 'text/html',
            cookie: [...this.#cookies].map(([name, value]) => `${name}=${value}`).join('; '),
            ...(content !== undefined && { 'content-type': 'application/x-www-form-urlencoded', origin: new URL(address).origin }),
          },
        });
        this.#remember(answer.headers['set-cookie']);
        const html = await answer.body.text();
        const { location } = answer.headers;
        if (typeof location !== 'string')
          return { url: address, status: answer.statusCode, html, form: readForm(html, address), leftTo: undefined };
        const next = new URL(location, address);
        if (next.origin !== new URL(address).origin)
          return { url: address, status: answer.statusCode, html, form: undefined, leftTo: next.href };
        [verb, address, content] = ['GET', next.href, undefined];
      }
      throw new Error('The sign-in redirects without end');
    } finally {
      await dispatcher.destroy();
    }
  }

  #remember(field: string | string[] | undefined): void {
    for (const cookie of [field ?? []].flat()) {
      const [pair = '', ...attributes] = cookie.split(';');
      const name = pair.slice(0, pair.indexOf('=')).trim();
      const value = pair.slice(pair.indexOf('=') + 1).trim();
      const expired = attributes.some((attribute) => /^\s*(max-age=0|expires=.*\b1970\b)/i.test(attribute));
      if (expired) this.#cookies.delete(name);
      else this.#cookies.set(name, value);
    }
  }
}

function readForm(html: string, base: string): Page['form'] {
  const form = parse(html).querySelector('form');
  if (form === null) return undefined;
  const inputs = form
    .querySelectorAll('input[name]')
    .map((input) => [input.getAttribute('name') ?? '', input.getAttribute('value') ?? ''] as const);
  return { action: new URL(form.getAttribute('action') ?? '', base).href, fields: Object.fromEntries(inputs) };
}
