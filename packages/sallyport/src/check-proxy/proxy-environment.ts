import { type ProxySession, writePlace } from '@sallyport/checker/proxy';
import type { AuthorityFiles } from './authority-files.ts';

/**
 * The environment in which common HTTP clients use the proxy and trust its authority: curl, Node (its own `fetch` too), Python, Ruby,
 * Go. Exceptions are taken away, or a host of this machine would be called directly. `SALLYPORT_CONTROL_URL` is what the command may
 * ask for, without pins, to show that it trusts the authority.
 */
export function proxyEnvironment({ at, controlUrl }: ProxySession, { pem, bundle }: AuthorityFiles): Readonly<Record<string, string>> {
  const host = { '0.0.0.0': '127.0.0.1', '::': '::1' }[at.host] ?? at.host;
  const url = `http://${writePlace({ host, port: at.port })}`;
  return {
    HTTPS_PROXY: url,
    https_proxy: url,
    HTTP_PROXY: url,
    http_proxy: url,
    NO_PROXY: '',
    no_proxy: '',
    NODE_USE_ENV_PROXY: '1',
    NODE_EXTRA_CA_CERTS: pem,
    SSL_CERT_FILE: bundle,
    CURL_CA_BUNDLE: bundle,
    REQUESTS_CA_BUNDLE: bundle,
    SALLYPORT_CONTROL_URL: controlUrl,
  };
}
