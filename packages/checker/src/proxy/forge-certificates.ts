import { createPublicKey, X509Certificate } from 'node:crypto';
import { createCertificateAuthority, generateServerKey, issueServerCertificate } from '@sallyport/pipeline/certificates';

/** What the proxy shows for one host. PEM. */
export interface ForgedCertificate {
  readonly certificate: string;
  readonly key: string;
  /** Bytes of the certificate as it goes over the wire: whoever was sent fewer has not seen it. */
  readonly size: number;
}

/** The authority of one run. Its private key is in the memory of this process and nowhere else. */
export interface RunAuthority {
  /** What a device shows in its list of authorities. */
  readonly name: string;
  readonly pem: string;
  /** What phones take. */
  readonly der: Buffer;
  forge(host: string): ForgedCertificate;
}

/** Milliseconds. Clocks of phones are wrong by minutes, and in the wrong time zone by hours. */
const CLOCK_LEEWAY = 86_400_000;
/** Milliseconds. Longer than any run, and short enough that a forgotten authority on a phone means nothing. */
const LIFETIME = 86_400_000;

/**
 * Makes the authority of a run, and certificates for the hosts under test that are flawless but for who signed them: what an
 * attacker shows whose authority the device trusts (requirements T1, T6).
 *
 * @param now milliseconds since 1970.
 * @param mark tells the authorities of several runs apart: a device that knows two of one name may ask the wrong one.
 * @example createRunAuthority(Date.now(), randomBytes(3).toString('hex')).forge('api.example.com')
 */
export function createRunAuthority(now: number, mark: string): RunAuthority {
  const validity = { notBefore: new Date(now - CLOCK_LEEWAY), notAfter: new Date(now + LIFETIME) };
  const name = `Sallyport proxy check ${mark}`;
  const authority = createCertificateAuthority({ name, key: generateServerKey(), loopbackOnly: false, ...validity });
  const forged = new Map<string, ForgedCertificate>();
  return {
    name,
    pem: authority.certificate,
    der: new X509Certificate(authority.certificate).raw,
    forge(host) {
      let known = forged.get(host);
      if (known === undefined) {
        const key = generateServerKey();
        const certificate = issueServerCertificate({ authority, names: [host], publicKey: createPublicKey(key), ...validity });
        const size = new X509Certificate(certificate).raw.length;
        known = { certificate, key: key.export({ type: 'pkcs8', format: 'pem' }) as string, size };
        forged.set(host, known);
      }
      return known;
    },
  };
}
