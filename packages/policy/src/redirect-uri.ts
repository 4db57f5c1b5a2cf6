/**
 * What is wrong with a redirect URI of a native app, if anything (RFC 8252 §7, RFC 6749 §3.1.2).
 *
 * A scheme without a dot (`myapp:`) is refused because any app may register it too; a reverse-domain one is at least
 * owned by somebody. `localhost` is refused because another program can be listening on the other address family, and
 * because it may be resolved by somebody else (RFC 8252 §8.3).
 *
 * @returns what is wrong, or `undefined` for a good one.
 * @example redirectUriProblem('com.example.app:/signed-in') // undefined
 */
export function redirectUriProblem(text: string): string | undefined {
  if (text.length > MAX_LENGTH || /[\s*\\]|[^\x21-\x7e]/.test(text)) return 'must be one plain address without spaces or wildcards';
  if (!URL.canParse(text)) return 'must be an address such as com.example.app:/signed-in';
  const { protocol, hostname, username, password } = new URL(text);
  if (text.includes('#')) return 'must have no #fragment';
  if (username !== '' || password !== '') return 'must name no user';
  if (protocol === 'https:') return undefined;
  if (protocol === 'http:') {
    if (hostname === '127.0.0.1' || hostname === '[::1]') return undefined;
    return hostname === 'localhost' ? 'must use 127.0.0.1 or [::1], not localhost' : 'must not be plain http, except on 127.0.0.1 or [::1]';
  }
  if (!protocol.includes('.')) return 'must have a scheme made of your domain turned round, with a dot in it (com.example.app:/…)';
  return undefined;
}

/** No browser or operating system we know carries more, and a sign-in page has to. */
const MAX_LENGTH = 2000;
