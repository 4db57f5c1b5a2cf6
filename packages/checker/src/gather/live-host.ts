import { parseTarget } from '../api/target.ts';
import { readCertificate } from '../api/tls/read-certificate.ts';

/** The server an app's pins are made for, as it answers today. */
export interface LiveHost {
  readonly host: string;
  /** SHA-256 pins of the chain as verified, leaf first; empty when `why` says that none could be had. */
  readonly pins: readonly string[];
  /** Why the pins cannot be held against this host; undefined when they can. */
  readonly why: string | undefined;
}

export interface LiveHostOptions {
  /** Address of the API, `https`. */
  readonly api: string;
  /** Hosts the user named a second time as their own. */
  readonly owned: readonly string[];
  /** PEM of authorities to trust instead of the system's. */
  readonly ca: string | undefined;
  /** Milliseconds; a handshake that takes longer is none. */
  readonly timeout: number;
}

/**
 * Makes one TLS handshake with the host and keeps the pins of its chain. No request is sent. Never throws: a host that may not be asked,
 * is down or is not trusted gives `why`, because a missing answer proves nothing about the pins.
 *
 * @example await readLiveHost({ api: 'https://api.example', owned: ['api.example'], ca: undefined, timeout: 5_000 })
 */
export async function readLiveHost({ api, owned, ca, timeout }: LiveHostOptions): Promise<LiveHost> {
  const target = parseTarget(api, owned);
  if ('message' in target) return { host: api.slice(0, 200), pins: [], why: `The live host was not asked: ${target.message}.` };
  const { host, port } = target;
  if (!target.secure) return { host, pins: [], why: `${host} was named with http://; pins belong to a TLS connection.` };
  try {
    const served = await readCertificate({ host, port, ca, timeout });
    const fault = served.fault ?? (served.matchesName ? undefined : 'another name');
    if (fault !== undefined) {
      const why = `The chain of ${host} is not trusted (${fault}), so its pins prove nothing; name its authority with --ca, or mend the server.`;
      return { host, pins: [], why };
    }
    return { host, pins: served.pins, why: undefined };
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    return { host, pins: [], why: `${host}:${port} gave no TLS handshake (${code ?? message}); see whether it is up.` };
  }
}
