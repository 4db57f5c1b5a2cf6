import { createPublicKey } from 'node:crypto';
import { createCertificateAuthority, generateServerKey, issueServerCertificate } from '../certificates/issue-certificate.ts';
import { spkiPinOf } from '../certificates/spki-pin-of.ts';

/** A certificate for tests, its private key, and the authority that a test client trusts. All PEM. */
export interface TestCertificate {
  readonly certificate: string;
  readonly key: string;
  readonly authority: string;
  /** SHA-256 of the SubjectPublicKeyInfo in base64 (RFC 7469 §2.4). */
  readonly pin: string;
}

/** A day: longer than any test, too short to be of use to anybody who finds one. */
const LIFETIME = 86_400_000;

/**
 * Makes a fresh certificate authority and, signed by it, a server certificate (ECDSA P-256) for tests over real TLS.
 *
 * @param names DNS names and IP addresses it is valid for.
 * @example const { certificate, key, authority } = createTestCertificate()
 */
export function createTestCertificate(names: readonly string[] = ['localhost', '127.0.0.1', '::1']): TestCertificate {
  const now = Date.now();
  const validity = { notBefore: new Date(now - LIFETIME), notAfter: new Date(now + LIFETIME) };
  const authority = createCertificateAuthority({ name: 'Sallyport test', key: generateServerKey(), loopbackOnly: false, ...validity });
  const key = generateServerKey();
  const publicKey = createPublicKey(key);
  return {
    authority: authority.certificate,
    certificate: issueServerCertificate({ authority, names, publicKey, ...validity }),
    key: key.export({ type: 'pkcs8', format: 'pem' }) as string,
    pin: spkiPinOf(publicKey),
  };
}
