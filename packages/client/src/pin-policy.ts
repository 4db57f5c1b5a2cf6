import { parseSpkiPin, type SpkiPin } from '@sallyport/protocol';
import { ClientError } from './errors.ts';

/** Which public keys (or certificates) the servers may show. A host that is not listed is refused. */
export interface PinPolicy {
  readonly hosts: Readonly<
    Record<
      string,
      {
        /** SHA-256 of the SubjectPublicKeyInfo in base64, of any certificate in the chain; at least two, one of them a backup. */
        readonly pins?: readonly string[];
        /**
         * SHA-256 of whole certificates, as `openssl x509 -fingerprint -sha256` prints it, for those who insist: it ends with
         * the certificate, where a pin of the key outlives renewals. They count towards the two.
         */
        readonly certificates?: readonly string[];
        /** Milliseconds since 1970. After it the host is refused: an app that was not updated for so long must be. */
        readonly expires?: number;
      }
    >
  >;
  /** `report`: failures are told to the logger and let pass, to try a pin set out. Default `enforce`. */
  readonly mode?: 'enforce' | 'report';
}

/** A {@link PinPolicy} that has been checked. */
export interface CheckedPins {
  readonly mode: 'enforce' | 'report';
  /** By host name in lower case. */
  readonly hosts: ReadonlyMap<string, HostPins>;
}

interface HostPins {
  readonly pins: ReadonlySet<SpkiPin>;
  /** 64 hexadecimal digits each, in lower case. */
  readonly certificates: ReadonlySet<string>;
  readonly expires: number;
}

/** With one pin, the loss of one key cuts off every installed app (RFC 7469 §4.3). */
const MIN_PINS = 2;

const HOST = /^(?:[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?|[0-9a-f:]+)$/;

/**
 * Checks a pin policy.
 *
 * @throws ClientError `invalid-option`: no host, a malformed host, pin or fingerprint, or fewer than two different ones.
 */
export function readPinPolicy({ hosts, mode = 'enforce' }: PinPolicy): CheckedPins {
  const entries = Object.entries(hosts);
  if (entries.length === 0) throw new ClientError('invalid-option', 'The pin policy names no host. Name one, or leave the policy out.');
  const checked = new Map<string, HostPins>();
  for (const [name, { pins = [], certificates = [], expires = Number.POSITIVE_INFINITY }] of entries) {
    const host = name.toLowerCase();
    if (!HOST.test(host)) throw new ClientError('invalid-option', 'A host of the pin policy must be a name without scheme and port.');
    const distinct = new Set<SpkiPin>();
    for (const text of pins) {
      const pin = parseSpkiPin(text);
      if (pin === undefined) throw new ClientError('invalid-option', `A pin of ${host} is not the base64 of a SHA-256 (44 characters).`);
      distinct.add(pin);
    }
    const fingerprints = new Set(certificates.map((text) => text.replaceAll(':', '').toLowerCase()));
    if ([...fingerprints].some((text) => !/^[0-9a-f]{64}$/.test(text)))
      throw new ClientError('invalid-option', `A certificate of ${host} is not a SHA-256 fingerprint (64 hexadecimal digits).`);
    if (distinct.size + fingerprints.size < MIN_PINS)
      throw new ClientError('invalid-option', `${host} needs at least ${MIN_PINS} different pins; one is a backup.`);
    if (Number.isNaN(expires))
      throw new ClientError('invalid-option', `The expiry of the pins of ${host} must be milliseconds since 1970.`);
    checked.set(host, { pins: distinct, certificates: fingerprints, expires });
  }
  return { mode, hosts: checked };
}
