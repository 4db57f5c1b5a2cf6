export { createTestCertificate, type TestCertificate } from './self-signed-certificate.ts';
