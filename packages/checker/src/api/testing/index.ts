export { type Certificate, type CertificateWish, createCertificate } from './create-certificate.ts';
