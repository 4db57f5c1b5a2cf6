import { createServer as createPlainServer, type RequestListener, type Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { type Certificate, createCertificate } from '@sallyport/checker/testing';
import { alarmTo } from './alarm-to.ts';
import { createHandler } from './create-handler.ts';
import { openApiDocument } from './openapi.ts';
import type { Flaws } from './planted-flaws.ts';
import { createSessions, type Tokens } from './sessions.ts';
import { createStore } from './store.ts';

export interface WeakApiOptions {
  readonly flaws: Flaws;
  /** 0 takes a free one. */
  readonly port?: number;
  /**
   * Stand behind a gateway: plain HTTP for the gateway to call, and the caller's name from `X-Sallyport-Subject`. Whoever else
   * can reach the port is anybody they like.
   */
  readonly behindGateway?: boolean;
  /** Webhook that is told of guessed passwords, asked for when there is one to tell of. Nobody is told when left out. */
  readonly alerts?: () => string | undefined;
  readonly now?: () => number;
}

export interface WeakApi {
  readonly url: string;
  /** Where plain HTTP is redirected or refused; the only port when behind a gateway. */
  readonly plainHttpPort: number;
  /** PEM of the authority of its certificate. */
  readonly authority: string;
  /** SHA-256 pin of its key. */
  readonly pin: string;
  /** Its OpenAPI document, JSON. */
  readonly openapi: string;
  /** Signs a sample user in without a password; with the thumbprint of a device key, bound to it. */
  signIn(user: string, jkt?: string): Tokens;
  expiredToken(user: string, jkt?: string): string;
  close(): Promise<void>;
}

/** Nobody else's machine may reach it, ever. */
const LOOPBACK = '127.0.0.1';
const DAY = 86_400_000;

/**
 * Starts the sample API on loopback.
 *
 * @example const api = await startWeakApi({ flaws: allFlaws })
 */
export async function startWeakApi({
  flaws,
  port = 0,
  behindGateway = false,
  alerts = () => undefined,
  now = Date.now,
}: WeakApiOptions): Promise<WeakApi> {
  let url = '';
  const store = createStore(flaws);
  const sessions = createSessions(flaws, () => url, now);
  const handler = createHandler({ flaws, store, sessions, origin: () => url, behindGateway, raiseAlarm: alarmTo(alerts), now });
  const certificate = chooseCertificate(flaws);
  const servers: Server[] = [];
  let plainHttpPort: number;
  if (behindGateway) {
    plainHttpPort = await listen(createPlainServer(handler), port);
    url = `http://${LOOPBACK}:${plainHttpPort}`;
  } else {
    const tlsPort = await listen(
      createTlsServer({ cert: certificate.certificate, key: certificate.key, ...tlsSettings(flaws) }, handler),
      port,
    );
    url = `https://${LOOPBACK}:${tlsPort}`;
    plainHttpPort = await listen(createPlainServer(plainAnswer(flaws, url)), 0);
  }
  const userNamed = (name: string) => {
    const user = store.user(name);
    if (user === undefined) throw new Error(`the sample has no user "${name}"; take ann or bob`);
    return user;
  };
  return {
    url,
    plainHttpPort,
    authority: certificate.authority,
    pin: certificate.pin,
    openapi: openApiDocument(url),
    signIn: (name, jkt) => sessions.start(userNamed(name), jkt),
    expiredToken: (name, jkt) => sessions.expired(userNamed(name), jkt),
    close: async () => {
      for (const server of servers) {
        server.closeAllConnections();
        await new Promise((resolve) => server.close(resolve));
      }
    },
  };

  async function listen(server: Server, wanted: number): Promise<number> {
    servers.push(server);
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(wanted, LOOPBACK, resolve);
    });
    return (server.address() as AddressInfo).port;
  }
}

function chooseCertificate(flaws: Flaws): Certificate {
  return createCertificate({
    key: flaws.has('short-key') ? 'rsa-1024' : 'rsa',
    ...(flaws.has('foreign-certificate') && { names: ['other.example'] }),
    ...(flaws.has('expired-certificate') && { notBefore: new Date(Date.now() - 90 * DAY), notAfter: new Date(Date.now() - DAY) }),
  });
}

function tlsSettings(flaws: Flaws): { minVersion: 'TLSv1' | 'TLSv1.2'; ciphers: string } {
  const old = flaws.has('old-tls');
  const suites = [
    'TLS_AES_128_GCM_SHA256:TLS_AES_256_GCM_SHA384:ECDHE-RSA-AES128-GCM-SHA256:ECDHE-RSA-AES256-GCM-SHA384',
    ...(flaws.has('cbc-suites') || old ? ['ECDHE-RSA-AES128-SHA', 'ECDHE-RSA-AES256-SHA384'] : []),
    ...(flaws.has('rsa-key-exchange') ? ['AES128-GCM-SHA256'] : []),
    ...(flaws.has('null-suites') ? ['ECDHE-RSA-NULL-SHA'] : []),
    '@SECLEVEL=0',
  ];
  return { minVersion: old ? 'TLSv1' : 'TLSv1.2', ciphers: suites.join(':') };
}

function plainAnswer(flaws: Flaws, url: string): RequestListener {
  return (request, response) => {
    if (flaws.has('plain-http-redirect')) response.writeHead(301, { location: `${url}${request.url}` }).end();
    else response.writeHead(426, { upgrade: 'TLS/1.2', connection: 'close, upgrade' }).end();
  };
}
