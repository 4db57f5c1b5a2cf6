export { createTestCertificate, type TestCertificate } from './create-test-certificate.ts';
