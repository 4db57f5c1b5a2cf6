import type { X509Certificate } from 'node:crypto';
import { certificateRole } from '../material/certificate-role.ts';
import { pinOfCertificateKey, pinOfWholeCertificate } from '../material/spki-hash.ts';
import type { PlanCertificate } from './plan.ts';

/** A live chain as a plan needs it, leaf first. */
export function planChain(certificates: readonly X509Certificate[]): readonly PlanCertificate[] {
  return certificates.map((certificate, index) => ({
    role: index === 0 ? 'leaf' : certificateRole(certificate),
    pin: pinOfCertificateKey(certificate),
    certificatePin: pinOfWholeCertificate(certificate),
    subject: certificate.subject.replaceAll('\n', ', '),
    notBefore: Date.parse(certificate.validFrom),
    notAfter: Date.parse(certificate.validTo),
  }));
}
