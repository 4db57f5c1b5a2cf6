export { type CertificateAuthority, createCertificateAuthority, generateServerKey, issueServerCertificate } from './issue-certificate.ts';
export { spkiPinOf } from './spki-pin-of.ts';
