import type { KeyObject } from 'node:crypto';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { certify } from '../material/certify.ts';
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
  const times = { notBefore: now - HOUR, notAfter: now + HOUR };
  const issuer = await certify({ subject: 'CN=Sallyport rehearsal', ca: true, ...times });
  const { chainPem, keyPem } = await certify({ subject: `CN=${host.slice(0, 64)}`, issuer, hosts: [host], ...(key && { key }), ...times });
  const server = createServer({ cert: chainPem, key: keyPem }, (_, response) => {
    response.end(CANARY_ANSWER);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    ca: issuer.certificate.toString(),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
