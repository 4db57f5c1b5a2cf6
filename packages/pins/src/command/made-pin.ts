import type { X509Certificate } from 'node:crypto';
import { certificateRole } from '../material/certificate-role.ts';
import type { KeyMaterial } from '../material/read-key-material.ts';
import { pinOfKey, pinOfWholeCertificate, rawKeyHash } from '../material/spki-hash.ts';
import type { Pin, PinRole } from '../set/pin-set.ts';

/** A pin just made, with all that is known of where it comes from. */
export interface MadePin {
  readonly pin: Pin['pin'];
  readonly kind: Pin['kind'];
  readonly role: PinRole;
  readonly source: string;
  readonly material: KeyMaterial['kind'];
  /** The same key hashed without its header, to recognise that mistake in a pasted pin. */
  readonly rawKeyHash?: string | undefined;
  readonly subject?: string;
  readonly issuer?: string;
  /** ISO 8601. */
  readonly notBefore?: string;
  readonly notAfter?: string;
}

/** Makes the pin of one piece of material. `whole` pins the certificate instead of its key. */
export function makePin(material: KeyMaterial, source: string, role: PinRole | undefined, whole: boolean): MadePin {
  const { certificate, kind, key } = material;
  return {
    pin: whole && certificate !== undefined ? pinOfWholeCertificate(certificate) : pinOfKey(key),
    kind: whole && certificate !== undefined ? 'certificate' : 'spki',
    role: role ?? (certificate === undefined ? 'leaf' : certificateRole(certificate)),
    source,
    material: kind,
    rawKeyHash: rawKeyHash(key),
    ...(certificate && describe(certificate)),
  };
}

function describe(certificate: X509Certificate) {
  return {
    subject: oneLine(certificate.subject),
    issuer: oneLine(certificate.issuer),
    notBefore: new Date(certificate.validFrom).toISOString(),
    notAfter: new Date(certificate.validTo).toISOString(),
  };
}

/** Node writes one attribute a line; control characters in a certificate of others must not reach a terminal. */
function oneLine(name: string | undefined): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is removed.
  return (name ?? '').replaceAll('\n', ', ').replace(/[\u0000-\u001f\u007f-\u009f]/g, '?');
}

/**
 * What a whole-certificate pin will break, and when.
 *
 * Certificates are renewed when about a third of their life is left, so that is when such a pin breaks, not at the end.
 */
export function wholeCertificateWarning({ notBefore, notAfter }: MadePin): string {
  if (notBefore === undefined || notAfter === undefined) return '';
  const [start, end] = [Date.parse(notBefore), Date.parse(notAfter)];
  const renewal = new Date(end - (end - start) / 3).toISOString().slice(0, 10);
  return (
    `Whole-certificate pin: every app with it is cut off at the next renewal, even with the same key: about ${renewal}, at the latest ` +
    `${notAfter.slice(0, 10)}. Pin the key instead (leave out --whole-certificate) unless a rule forces you.`
  );
}

/** The pin as it goes into a set. */
export function toPin(made: MadePin, state: Pin['state'], now: number): Pin {
  const keepsDate = made.kind === 'certificate' || made.role === 'intermediate' || made.role === 'root';
  return {
    pin: made.pin,
    kind: made.kind,
    role: made.role,
    state,
    label: made.subject ?? made.source,
    since: new Date(now).toISOString(),
    ...(keepsDate && made.notAfter !== undefined && { notAfter: made.notAfter }),
    carriedBy: [],
  };
}
