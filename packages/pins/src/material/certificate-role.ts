import type { X509Certificate } from 'node:crypto';

/** Where in a chain a certificate stands. */
export type CertificateRole = 'leaf' | 'intermediate' | 'root';

/** The place of a certificate by what it says of itself: a root is its own issuer, a leaf may not sign others. */
export function certificateRole(certificate: X509Certificate): CertificateRole {
  if (!certificate.ca) return 'leaf';
  return certificate.subject === certificate.issuer ? 'root' : 'intermediate';
}
