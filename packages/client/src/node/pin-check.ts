import { createHash, type KeyObject, X509Certificate } from 'node:crypto';
import { checkServerIdentity, type DetailedPeerCertificate, type PeerCertificate } from 'node:tls';
import type { SeenChain, SpkiPin } from '@sallyport/protocol';
import type { CheckedPins } from '../pin-policy.ts';

/** Why a server was refused. Our own class, so that the transport tells it by identity and not by text. */
export class RefusedServer extends Error {
  readonly failure: 'untrusted-server' | 'pin-failure';

  constructor(failure: 'untrusted-server' | 'pin-failure', detail: string) {
    super(detail);
    this.failure = failure;
  }
}

/** What a report-only policy tells. Hashes of public keys are no secrets. */
export interface PinReport {
  readonly host: string;
  readonly detail: string;
  readonly seen: readonly SpkiPin[];
}

/** Certificates of a chain that are looked at; real ones have three or four. */
const MAX_CHAIN = 10;

/**
 * Makes the `checkServerIdentity` of a pinned connection: the host name first, then the pins. It must run there and nowhere
 * later: at that point not one byte of a request has been written, and a failed session is never resumed.
 *
 * @param pins `undefined`: no pins, only the host name.
 * @param accept told of the chain when a server was let pass under pins.
 */
export function pinCheck(
  pins: CheckedPins | undefined,
  now: () => number,
  report: (report: PinReport) => void,
  accept: (seen: SeenChain) => void = () => {},
) {
  return (host: string, certificate: PeerCertificate): Error | undefined => {
    const wrongName = checkServerIdentity(host, certificate);
    if (wrongName !== undefined) return new RefusedServer('untrusted-server', 'the certificate is for another host');
    if (pins === undefined) return undefined;
    const chain = readChain(certificate as DetailedPeerCertificate);
    const detail = judge(pins, host.toLowerCase(), chain, now());
    const seen = chain.map(({ pin }) => pin);
    try {
      if (detail !== undefined) report({ host, detail, seen });
      if (detail === undefined || pins.mode === 'report')
        accept({ pins: seen, certificates: chain.map(({ fingerprint }) => toPin(fingerprint)) });
    } catch {
      // Thrown from here it would end the process, not the request.
    }
    return detail === undefined || pins.mode === 'report' ? undefined : new RefusedServer('pin-failure', detail);
  };
}

function judge({ hosts }: CheckedPins, host: string, chain: readonly Link[], now: number): string | undefined {
  const entry = hosts.get(host);
  if (entry === undefined) return 'this host is not in the pin policy';
  if (now >= entry.expires) return 'the pins of this host have expired: update the app';
  if (chain.length === 0) return 'the server showed no certificate';
  const known = chain.some(({ pin, fingerprint }) => entry.pins.has(pin) || entry.certificates.has(fingerprint));
  return known ? undefined : 'none of the keys shown is pinned';
}

/** One certificate of a chain, as pins name it. */
interface Link {
  readonly pin: SpkiPin;
  /** SHA-256 of the whole certificate: 64 hexadecimal digits in lower case. */
  readonly fingerprint: string;
}

/** A fingerprint as signed pin sets write it. */
function toPin(fingerprint: string): SpkiPin {
  return Buffer.from(fingerprint, 'hex').toString('base64') as SpkiPin;
}

/**
 * The chain, from the server's certificate upwards, as far as each is really signed by the next.
 *
 * Node links a certificate to its issuer by name alone, among whatever the server sent. Without checking the signature, a
 * rogue authority that bears the name of the pinned one could send the genuine certificate along and pass.
 */
function readChain(leaf: DetailedPeerCertificate): Link[] {
  const chain: Link[] = [];
  let below: X509Certificate | undefined;
  let current: DetailedPeerCertificate | undefined = leaf;
  for (let depth = 0; depth < MAX_CHAIN && current?.raw !== undefined; depth++) {
    const certificate = readCertificate(current.raw);
    if (certificate === undefined) break;
    if (below !== undefined && !(below.checkIssued(certificate.x509) && below.verify(certificate.key))) break;
    const spki = certificate.key.export({ type: 'spki', format: 'der' });
    const pin = createHash('sha256').update(spki).digest('base64') as SpkiPin;
    chain.push({ pin, fingerprint: createHash('sha256').update(current.raw).digest('hex') });
    if (current.issuerCertificate === current) break;
    below = certificate.x509;
    current = current.issuerCertificate;
  }
  return chain;
}

/** `undefined` for one of a kind that this Node cannot read; whoever is in the middle may send along what he likes. */
function readCertificate(raw: Buffer): { readonly x509: X509Certificate; readonly key: KeyObject } | undefined {
  try {
    const x509 = new X509Certificate(raw);
    return { x509, key: x509.publicKey };
  } catch {
    return undefined;
  }
}
