import type { ServerResponse } from 'node:http';
import type { RunAuthority } from './forge-certificates.ts';

/** Where a device finds the certificate of the authority, through the proxy and without TLS. No resolver knows the name (RFC 6761 §6.4). */
export const INSTALL_HOST = 'sallyport.invalid';
/** A page nobody pins, which shows whether the device trusts the authority. */
export const CONTROL_HOST = 'control.sallyport.invalid';

const PEM_PATH = '/sallyport-proxy-check.pem';
const DER_PATH = '/sallyport-proxy-check.cer';

/** Answers what is asked of the proxy itself: how to install the authority, and its certificate in both forms. */
export function answerOwnPage(path: string, authority: Pick<RunAuthority, 'name' | 'pem' | 'der'>, response: ServerResponse): void {
  if (path === PEM_PATH) return void send(response, 'application/x-pem-file', authority.pem);
  // What Safari offers to install as a profile.
  if (path === DER_PATH) return void send(response, 'application/x-x509-ca-cert', authority.der);
  send(
    response,
    HTML,
    page(
      'Sallyport proxy check',
      `<ol>
<li><a href="${DER_PATH}">Get the certificate</a> of the authority “${authority.name}” (<a href="${PEM_PATH}">as PEM</a>) and install it.</li>
<li>iPhone: allow it in Settings, General, About, Certificate Trust Settings.</li>
<li>Open <a href="https://${CONTROL_HOST}/">https://${CONTROL_HOST}/</a>. If it opens, this device trusts the authority.</li>
<li>Use the app. Take the authority and the proxy off the device afterwards.</li>
</ol>`,
    ),
  );
}

/** What a browser shows that believed the forged certificate of the control. */
export function answerControlPage(response: ServerResponse): void {
  send(response, HTML, page('This device trusts the authority', '<p>The control has worked. Now use the app.</p>'));
}

const HTML = 'text/html; charset=utf-8';

const page = (title: string, body: string) =>
  `<!doctype html><html lang="en"><meta name="viewport" content="width=device-width"><title>${title}</title><h1>${title}</h1>${body}</html>\n`;

function send(response: ServerResponse, type: string, body: string | Buffer): void {
  const head = { 'content-type': type, 'content-length': String(Buffer.byteLength(body)), 'cache-control': 'no-store' };
  response.writeHead(200, { ...head, 'content-security-policy': "default-src 'none'", 'x-content-type-options': 'nosniff' });
  response.end(response.req.method === 'HEAD' ? undefined : body);
}
