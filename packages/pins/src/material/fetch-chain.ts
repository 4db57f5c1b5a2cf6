import { X509Certificate } from 'node:crypto';
import { checkServerIdentity, connect, type DetailedPeerCertificate, type TLSSocket } from 'node:tls';
import { PinsError } from '../pins-error.ts';

/** What a live host showed. */
export interface LiveChain {
  readonly host: string;
  readonly port: number;
  /** Leaf first; the root is there when the server sent it or it is in the trust store. */
  readonly certificates: readonly X509Certificate[];
  readonly protocol: string;
}

export interface FetchChainOptions {
  readonly host: string;
  readonly port?: number;
  /** Where to connect instead of resolving `host`: a canary, a new data centre before DNS points at it. */
  readonly address?: string | undefined;
  /** PEM certificates to trust instead of the public roots, for a private authority. */
  readonly ca?: string | undefined;
  /** Longest wait for connection and handshake, in milliseconds. */
  readonly timeout?: number;
  /** Milliseconds since 1970; says whether an expired chain or a wrong clock is the likelier cause. */
  readonly now: () => number;
}

/** A handshake takes two round trips; 10 s is far beyond a slow one and short enough for a person waiting. */
const DEFAULT_TIMEOUT = 10_000;

/**
 * Connects to a host over TLS, with its name as SNI, and returns the chain it presents, if the platform trusts it.
 *
 * An untrusted, expired or misnamed chain is an error, not a result: pins made from it would pin the wrong server.
 *
 * @throws PinsError `host-…` or `chain-…`, one code a cause.
 * @example await fetchChain({ host: 'api.example.com', now: Date.now })
 */
export async function fetchChain(options: FetchChainOptions): Promise<LiveChain> {
  const { host, port = 443 } = options;
  const socket = await handshake(options);
  try {
    const certificates = chainOf(socket.getPeerCertificate(true));
    const [leaf] = certificates;
    if (leaf === undefined) {
      throw new PinsError('chain-missing', `${host}:${port} presented no certificate. Check that a certificate is configured there.`);
    }
    const misnamed = checkServerIdentity(host, socket.getPeerCertificate());
    if (misnamed !== undefined) {
      const names = leaf.subjectAltName ?? leaf.subject.replaceAll('\n', ', ');
      throw new PinsError(
        'host-name-mismatch',
        `${host}:${port} answered SNI ${host} with a certificate for ${names}. Configure a certificate for ${host}, or name the right host.`,
      );
    }
    if (!socket.authorized) throw untrusted(socket.authorizationError, leaf, options);
    return { host, port, certificates, protocol: socket.getProtocol() ?? '' };
  } finally {
    socket.destroy();
  }
}

function handshake({ host, port = 443, address, ca, timeout = DEFAULT_TIMEOUT }: FetchChainOptions): Promise<TLSSocket> {
  return new Promise((resolve, reject) => {
    const socket = connect({
      host: address ?? host,
      port,
      servername: host,
      // Judged above with a message of our own; nothing is sent over this connection.
      rejectUnauthorized: false,
      ...(ca !== undefined && { ca }),
      // HTTP/1.1 beside h2, or a server that insists on one would refuse the handshake.
      ALPNProtocols: ['h2', 'http/1.1'],
    });
    const timer = setTimeout(() => {
      socket.destroy();
      reject(
        new PinsError('host-timeout', `${host}:${port} did not finish a TLS handshake in ${timeout / 1000} s. Check firewall and port.`),
      );
    }, timeout);
    // Stays attached: a reset after the handshake must not become an uncaught error.
    socket.on('error', (error: NodeJS.ErrnoException) => {
      clearTimeout(timer);
      reject(unreachable(error, host, port));
    });
    socket.once('close', () => {
      clearTimeout(timer);
      reject(
        new PinsError('host-no-tls', `${host}:${port} closed the connection during the TLS handshake. Check that it speaks TLS there.`),
      );
    });
    socket.once('secureConnect', () => {
      clearTimeout(timer);
      resolve(socket);
    });
  });
}

function unreachable(error: NodeJS.ErrnoException, host: string, port: number): PinsError {
  const cause = { cause: error };
  const code = error.code ?? '';
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN' || code === 'EAI_FAIL') {
    return new PinsError('host-unresolved', `${host} does not resolve (${code}). Check the spelling, or give --address.`, cause);
  }
  if (code.startsWith('ERR_SSL') || code === 'EPROTO' || code === 'ECONNRESET') {
    return new PinsError('host-no-tls', `${host}:${port} does not complete a TLS handshake (${code}). Check port and TLS versions.`, cause);
  }
  return new PinsError('host-unreachable', `${host}:${port} cannot be reached (${code || error.message}). Check address and port.`, cause);
}

function untrusted(reason: unknown, leaf: X509Certificate, { host, port = 443, now }: FetchChainOptions): PinsError {
  const why = reason instanceof Error ? ((reason as NodeJS.ErrnoException).code ?? reason.message) : String(reason);
  const where = `${host}:${port}`;
  const clock = `This machine's clock says ${new Date(now()).toISOString()}`;
  switch (why) {
    case 'CERT_HAS_EXPIRED':
      return new PinsError('chain-expired', `${where} presents an expired chain (leaf until ${leaf.validTo}). Renew it. ${clock}.`);
    case 'CERT_NOT_YET_VALID':
      return new PinsError('chain-not-yet-valid', `${where} presents a chain not valid before ${leaf.validFrom}. ${clock}: check it.`);
    case 'UNABLE_TO_VERIFY_LEAF_SIGNATURE':
      return new PinsError(
        'chain-incomplete',
        `${where} sends its leaf without the intermediate. Serve the full chain, or give its authority with --ca FILE.`,
      );
    case 'DEPTH_ZERO_SELF_SIGNED_CERT':
      return new PinsError('chain-untrusted', `${where} presents a self-signed certificate. Give it with --ca FILE if it is yours.`);
    default:
      return new PinsError(
        'chain-untrusted',
        `${where} presents a chain no trusted authority signed (${why}). Give --ca FILE if it is yours.`,
      );
  }
}

/** Longest chain we follow. Public chains have three or four certificates. */
const MAX_CHAIN = 10;

/** The chain in order, leaf first. Node links each certificate to its issuer and a root to itself. */
function chainOf(leaf: DetailedPeerCertificate): X509Certificate[] {
  const chain: X509Certificate[] = [];
  let certificate: DetailedPeerCertificate | undefined = leaf;
  while (certificate?.raw !== undefined && chain.length < MAX_CHAIN) {
    chain.push(new X509Certificate(certificate.raw));
    const issuer: DetailedPeerCertificate | undefined = certificate.issuerCertificate;
    certificate = issuer === undefined || issuer.fingerprint256 === certificate.fingerprint256 ? undefined : issuer;
  }
  return chain;
}
