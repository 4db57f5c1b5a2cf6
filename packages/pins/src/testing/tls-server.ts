import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { Identity } from './certify.ts';

export interface TlsServer {
  readonly port: number;
  /** Every request that arrived, as method and path; a refused client leaves none. */
  readonly requests: string[];
  close(): Promise<void>;
}

/** A real HTTPS server on loopback with this chain. `extra` is PEM sent along after it. */
export async function startTlsServer(identity: Pick<Identity, 'chainPem' | 'keyPem'>, extra = ''): Promise<TlsServer> {
  const requests: string[] = [];
  const server = createServer({ cert: identity.chainPem + extra, key: identity.keyPem }, (request, response) => {
    requests.push(`${request.method} ${request.url}`);
    response.end('ok');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    requests,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
