import { createPublicKey, type KeyObject } from 'node:crypto';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { createCertificateAuthority, generateServerKey, issueServerCertificate } from '@sallyport/pipeline/certificates';
import { CANARY_ANSWER } from './runners.ts';

const HOUR = 3_600_000;

export interface Canary {
  readonly port: number;
  /** PEM of the authority that issued its certificate; made for this canary, its key is forgotten. */
  readonly ca: string;
  close(): Promise<void>;
}

/**
 * Serves a key on a free port of the loopback address, in a certificate for the host of one hour under an authority made
 * for the occasion: what the host will look like on the day the key is needed.
 *
 * @param key left out: a fresh one, which nobody has pinned.
 */
export async function startCanary(host: string, now: number, key?: KeyObject): Promise<Canary> {
  const validity = { notBefore: new Date(now - HOUR), notAfter: new Date(now + HOUR) };
  const authority = createCertificateAuthority({ name: 'Sallyport rehearsal', key: generateServerKey(), loopbackOnly: false, ...validity });
  const served = key ?? generateServerKey();
  const cert = issueServerCertificate({ authority, names: [host], publicKey: createPublicKey(served), ...validity });
  const server = createServer({ cert, key: served.export({ type: 'pkcs8', format: 'pem' }) }, (_, response) => {
    response.end(CANARY_ANSWER);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    ca: authority.certificate,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
