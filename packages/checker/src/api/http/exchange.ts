import { Agent } from 'node:https';
import { isIP } from 'node:net';
import type { Answer, Request } from './answer.ts';
import { connectHttp2, type Http2Connection } from './connect-http2.ts';
import { SpeaksHttp2, sendHttp1 } from './send-http1.ts';

export interface Exchange {
  /** @throws {NoAnswer} */
  send(request: Request, timeout: number): Promise<Answer>;
  close(): void;
}

export interface ExchangeOptions {
  /** PEM of the authorities to trust instead of node's own. */
  readonly ca: string | undefined;
  /**
   * Hosts talked to whatever their certificate: loopback, where nobody stands in between, and a target that is only looked at
   * and gets no credential.
   */
  readonly trusts: (host: string) => boolean;
  /** Monotonic or wall-clock milliseconds. */
  readonly now: () => number;
}

/**
 * Sends single requests and never follows a redirect: where an answer points is evidence, not an errand. Speaks HTTP/1.1, and
 * HTTP/2 with an origin that takes nothing else.
 */
export function createExchange({ ca, trusts, now }: ExchangeOptions): Exchange {
  const tlsOptions = (rejectUnauthorized: boolean) => ({
    rejectUnauthorized,
    ...(ca !== undefined && { ca }),
    // An old server must be reachable to be told how old it is; the verdict on it comes from the survey of its versions.
    minVersion: 'TLSv1' as const,
    ciphers: 'DEFAULT:@SECLEVEL=0',
  });
  const createAgent = (rejectUnauthorized: boolean) =>
    // Without a name in the handshake a server of HTTP/2 alone cannot say that it wants no HTTP/1.1.
    new Agent({ keepAlive: true, maxSockets: 16, ALPNProtocols: ['http/1.1'], ...tlsOptions(rejectUnauthorized) });
  const strict = createAgent(true);
  const lenient = createAgent(false);
  /** Origins that speak HTTP/2 alone. */
  const connections = new Map<string, Http2Connection>();

  const connectionTo = ({ origin, hostname }: URL): Http2Connection => {
    const known = connections.get(origin);
    if (known?.alive === true) return known;
    const host = hostname.replace(/^\[|\]$/g, '');
    const fresh = connectHttp2(origin, { ...tlsOptions(!trusts(hostname)), ...(isIP(host) === 0 && { servername: host }) }, now);
    connections.set(origin, fresh);
    return fresh;
  };

  return {
    async send(request, timeout) {
      const url = new URL(request.url);
      if (connections.has(url.origin)) return connectionTo(url).send(request, timeout);
      try {
        return await sendHttp1(request, trusts(url.hostname) ? lenient : strict, timeout, now);
      } catch (error) {
        if (!(error instanceof SpeaksHttp2)) throw error;
        return connectionTo(url).send(request, timeout);
      }
    },
    close: () => {
      strict.destroy();
      lenient.destroy();
      for (const connection of connections.values()) connection.close();
    },
  };
}
