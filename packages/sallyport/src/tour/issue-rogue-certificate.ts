import { createPublicKey } from 'node:crypto';
import { createCertificateAuthority, generateServerKey, issueServerCertificate } from '@sallyport/pipeline/certificates';

const HOUR = 3_600_000;

/** What an attacker gets who has an authority the device trusts: a certificate for your name that is flawless but for its key. */
export function issueRogueCertificate(host: string, now: number) {
  const validity = { notBefore: new Date(now - HOUR), notAfter: new Date(now + HOUR) };
  const authority = createCertificateAuthority({ name: 'Free Airport Wi-Fi', key: generateServerKey(), loopbackOnly: false, ...validity });
  const key = generateServerKey();
  return {
    certificateAuthority: authority.certificate,
    certificate: issueServerCertificate({ authority, names: [host], publicKey: createPublicKey(key), ...validity }),
    key: key.export({ type: 'pkcs8', format: 'pem' }) as string,
  };
}
