import { createHash, X509Certificate } from 'node:crypto';
import { checkServerIdentity, type DetailedPeerCertificate, type PeerCertificate } from 'node:tls';
import type { SpkiPin } from '@sallyport/protocol';
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
  accept: (seen: readonly SpkiPin[]) => void,
) {
  return (host: string, certificate: PeerCertificate): Error | undefined => {
    const wrongName = checkServerIdentity(host, certificate);
    if (wrongName !== undefined) return new RefusedServer('untrusted-server', 'the certificate is for another host');
    if (pins === undefined) return undefined;
    const seen = chainPins(certificate as DetailedPeerCertificate);
    const detail = judge(pins, host.toLowerCase(), seen, now());
    if (detail !== undefined) report({ host, detail, seen });
    if (detail !== undefined && pins.mode === 'enforce') return new RefusedServer('pin-failure', detail);
    accept(seen);
    return undefined;
  };
}

function judge({ hosts }: CheckedPins, host: string, seen: readonly SpkiPin[], now: number): string | undefined {
  const entry = hosts.get(host);
  if (entry === undefined) return 'this host is not in the pin policy';
  if (now >= entry.expires) return 'the pins of this host have expired: update the app';
  if (seen.length === 0) return 'the server showed no certificate';
  return seen.some((pin) => entry.pins.has(pin)) ? undefined : 'none of the keys shown is pinned';
}

/**
 * The pins of the chain, from the server's certificate upwards, as far as each is really signed by the next.
 *
 * Node links a certificate to its issuer by name alone, among whatever the server sent. Without checking the signature, a
 * rogue authority that bears the name of the pinned one could send the genuine certificate along and pass.
 */
function chainPins(leaf: DetailedPeerCertificate): SpkiPin[] {
  const pins: SpkiPin[] = [];
  let below: X509Certificate | undefined;
  let current: DetailedPeerCertificate | undefined = leaf;
  for (let depth = 0; depth < MAX_CHAIN && current?.raw !== undefined; depth++) {
    const certificate: X509Certificate = new X509Certificate(current.raw);
    if (below !== undefined && !(below.checkIssued(certificate) && below.verify(certificate.publicKey))) break;
    const spki = certificate.publicKey.export({ type: 'spki', format: 'der' });
    pins.push(createHash('sha256').update(spki).digest('base64') as SpkiPin);
    if (current.issuerCertificate === current) break;
    below = certificate;
    current = current.issuerCertificate;
  }
  return pins;
}
