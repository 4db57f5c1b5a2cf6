import { createHash, X509Certificate } from 'node:crypto';
import { isIP } from 'node:net';
import { connect, type DetailedPeerCertificate } from 'node:tls';

/** The certificate a server proves itself with, and what a careful client says of it. */
export interface ServedCertificate {
  readonly subject: string;
  readonly names: string;
  /** Milliseconds since 1970. */
  readonly notBefore: number;
  readonly notAfter: number;
  /** `undefined` when a client with the given authorities trusts chain and name; otherwise node's code of the fault. */
  readonly fault: string | undefined;
  readonly matchesName: boolean;
  /** @example 'ec 256', 'rsa 2048' */
  readonly key: string;
  /** Object name of the signature algorithm, as node reads it, when it does. @example 'ecdsa-with-SHA256' */
  readonly signatureAlgorithm: string | undefined;
  /** SHA-256 pins of every certificate of the chain as verified, leaf first. */
  readonly pins: readonly string[];
}

export interface ReadCertificateOptions {
  readonly host: string;
  readonly port: number;
  /** PEM of the authorities to trust instead of node's own. */
  readonly ca: string | undefined;
  /** Milliseconds. */
  readonly timeout: number;
}

/**
 * Connects once, believing nothing, and reads the certificate.
 *
 * @throws Error with the connection's `code` when no handshake comes about.
 */
export function readCertificate({ host, port, ca, timeout }: ReadCertificateOptions): Promise<ServedCertificate> {
  const name = host.replace(/^\[|\]$/g, '');
  return new Promise((resolve, reject) => {
    const socket = connect(
      {
        host: name,
        port,
        servername: isIP(name) === 0 ? name : '',
        ...(ca !== undefined && { ca }),
        // Looking is not trusting: what is wrong is read from authorizationError, and no byte of a request is sent here.
        rejectUnauthorized: false,
        checkServerIdentity: () => undefined,
        minVersion: 'TLSv1',
        ciphers: 'ALL:@SECLEVEL=0',
      },
      () => {
        const fault = socket.authorizationError as unknown as string | Error | undefined | null;
        const served = socket.getPeerCertificate(true);
        socket.destroy();
        if (served.raw === undefined) return reject(new Error('the server sent no certificate'));
        const leaf = new X509Certificate(served.raw);
        resolve({
          subject: leaf.subject.replaceAll('\n', ', '),
          names: leaf.subjectAltName ?? '',
          notBefore: Date.parse(leaf.validFrom),
          notAfter: Date.parse(leaf.validTo),
          fault: fault ? (typeof fault === 'string' ? fault : fault.message) : undefined,
          matchesName: (isIP(name) === 0 ? leaf.checkHost(name) : leaf.checkIP(name)) !== undefined,
          key: describeKey(leaf),
          signatureAlgorithm: (leaf as unknown as { signatureAlgorithm?: string }).signatureAlgorithm,
          pins: chainOf(served).map((raw) => pinOf(new X509Certificate(raw))),
        });
      },
    );
    socket.setTimeout(timeout, () => socket.destroy(Object.assign(new Error('no handshake in time'), { code: 'ETIMEDOUT' })));
    socket.once('error', reject);
  });
}

/** SHA-256 of the SubjectPublicKeyInfo in base64 (RFC 7469 §2.4). */
function pinOf(certificate: X509Certificate): string {
  return createHash('sha256')
    .update(certificate.publicKey.export({ type: 'spki', format: 'der' }))
    .digest('base64');
}

/** A chain of eight is longer than any that is in use; node makes a root its own issuer, which would never end. */
const MAX_CHAIN = 8;

function chainOf(leaf: DetailedPeerCertificate): Buffer[] {
  const chain: Buffer[] = [];
  let at: DetailedPeerCertificate | undefined = leaf;
  while (at?.raw !== undefined && chain.length < MAX_CHAIN && !chain.some((raw) => raw.equals(at?.raw as Buffer))) {
    chain.push(at.raw);
    at = at.issuerCertificate;
  }
  return chain;
}

function describeKey(leaf: X509Certificate): string {
  const { asymmetricKeyType = 'unknown', asymmetricKeyDetails } = leaf.publicKey;
  if (asymmetricKeyType === 'ec') return `ec ${/(\d{3})/.exec(asymmetricKeyDetails?.namedCurve ?? '')?.[1] ?? ''}`.trim();
  return `${asymmetricKeyType} ${asymmetricKeyDetails?.modulusLength ?? ''}`.trim();
}
