/** The API under test. */
export interface Target {
  readonly url: URL;
  readonly secure: boolean;
  readonly host: string;
  readonly port: number;
  /** Loopback addresses never leave this machine. */
  readonly loopback: boolean;
}

export type TargetFault = { readonly message: string };

/**
 * Reads the address and makes sure it may be probed: loopback, or a host that the user names a second time as their own.
 * Probing somebody else's server is an offence in most places, and a typing error must not become one.
 *
 * @example parseTarget('https://api.example/v1', ['api.example'])
 */
export function parseTarget(text: string, owned: readonly string[]): Target | TargetFault {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || (url.protocol !== 'https:' && url.protocol !== 'http:')) {
    return { message: `"${text.slice(0, 200)}" is no address of an API; give one like https://api.example/orders` };
  }
  if (url.username !== '' || url.password !== '') {
    return { message: 'the address holds a user name or password; give credentials by their own options, or they end up in logs' };
  }
  url.hash = '';
  const host = url.hostname.toLowerCase();
  const loopback = isLoopback(host);
  if (!loopback && !owned.some((name) => name.toLowerCase() === host)) {
    return { message: `${host} is not this machine; if it is yours to test, say so with --i-own ${host}` };
  }
  const secure = url.protocol === 'https:';
  return { url, secure, host, port: url.port === '' ? (secure ? 443 : 80) : Number(url.port), loopback };
}

/** RFC 5735 §3, RFC 4291 §2.5.3, RFC 6761 §6.3. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host.endsWith('.localhost') || host === '[::1]' || /^127\.\d{1,3}\.\d{1,3}\.\d{1,3}$/.test(host);
}
