export { type Certificate, type CertificateWish, createCertificate } from './create-certificate.ts';
export { listen } from './listen.ts';
