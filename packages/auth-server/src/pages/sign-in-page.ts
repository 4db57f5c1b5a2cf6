import { MAX_PASSWORD_LENGTH, MAX_USER_NAME_LENGTH } from '@sallyport/storage';
import { type Html, html } from './html.ts';
import type { Page } from './page.ts';

export interface SignInPage {
  readonly status: number;
  /** What the app is called. */
  readonly appName: string;
  /** What was typed, to be shown again. */
  readonly username: string;
  /** Where the browser goes in the end. */
  readonly redirectUri: string;
  readonly alert?: { readonly text: string; readonly supportCode: string } | undefined;
  /** Seconds. */
  readonly retryAfter?: number | undefined;
}

/** The sign-in page. Plain HTML without script, so that it works in every browser and password manager. */
export function signInPage({ status, appName, username, redirectUri, alert, retryAfter }: SignInPage): Page {
  const [name, password] = username === '' ? [AUTOFOCUS, undefined] : [undefined, AUTOFOCUS];
  return {
    status,
    title: `${alert === undefined ? '' : 'Error: '}Sign in to ${appName}`,
    formSources: ["'self'", formSource(redirectUri)],
    retryAfter,
    body: html`<h1>Sign in</h1>
<p class="for">to continue to ${appName}</p>
${alert && alertBox(alert)}
<form method="post" accept-charset="utf-8">
<label for="username">User name</label>
<input id="username" name="username" type="text" value="${username}" autocomplete="username" autocapitalize="none" spellcheck="false" maxlength="${String(MAX_USER_NAME_LENGTH)}" required${name}${alert && DESCRIBED}>
<label for="password">Password</label>
<input id="password" name="password" type="password" autocomplete="current-password" maxlength="${String(MAX_PASSWORD_LENGTH)}" required${password}${alert && DESCRIBED}>
<button type="submit">Sign in</button>
</form>`,
  };
}

const AUTOFOCUS = html` autofocus`;
const DESCRIBED = html` aria-describedby="alert"`;

function alertBox({ text, supportCode }: { readonly text: string; readonly supportCode: string }): Html {
  return html`<div class="alert" id="alert" role="alert">
<p>${text}</p>
<p class="code">Support code <span>${supportCode}</span></p>
</div>`;
}

/**
 * The CSP source of a redirect URI. Chromium holds every redirect after a form to `form-action`, the last one into the app
 * included, so the page must name where it may lead: exactly this sign-in's app.
 *
 * @example formSource('com.example.app:/signed-in') // 'com.example.app:'
 */
export function formSource(redirectUri: string): string {
  const { protocol, origin, hostname } = new URL(redirectUri);
  // CSP has no way to write an IPv6 host.
  if (hostname.startsWith('[')) return protocol;
  return protocol === 'https:' || protocol === 'http:' ? origin : protocol;
}
