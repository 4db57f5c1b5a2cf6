import { createHash, generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto';
import { isIP } from 'node:net';
import { der, oid, sequence, time } from './der.ts';

export interface CertificateWish {
  /** DNS names and IP addresses, of IPv6 `::1` alone; default `localhost` and `127.0.0.1`. */
  readonly names?: readonly string[];
  readonly notBefore?: Date;
  readonly notAfter?: Date;
  /** `rsa` also serves suites without forward secrecy; default `ec` (P-256). */
  readonly key?: 'ec' | 'rsa' | 'rsa-1024';
  readonly digest?: 'sha256' | 'sha1';
}

/** PEM throughout. */
export interface Certificate {
  readonly certificate: string;
  readonly key: string;
  /** The authority that signed it. */
  readonly authority: string;
  /** SHA-256 of the SubjectPublicKeyInfo in base64 (RFC 7469 §2.4). */
  readonly pin: string;
}

const DAY = 86_400_000;

/**
 * Makes a fresh authority and, signed by it, a server certificate as good or as bad as wished: expired, for another name,
 * with a short key or an old digest. For tests and samples on loopback.
 *
 * @example createCertificate({ notAfter: new Date(0) })
 */
export function createCertificate(wish: CertificateWish = {}): Certificate {
  const { names = ['localhost', '127.0.0.1'], key: kind = 'ec', digest = 'sha256' } = wish;
  const { notBefore = new Date(Date.now() - DAY), notAfter = new Date(Date.now() + 90 * DAY) } = wish;
  const authority = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const server =
    kind === 'ec'
      ? generateKeyPairSync('ec', { namedCurve: 'P-256' })
      : generateKeyPairSync('rsa', { modulusLength: kind === 'rsa' ? 2048 : 1024 });
  // Unique, or a client that keeps one test's authority mistakes it for the next one's.
  const issuer = `Sallyport sample authority ${randomBytes(4).toString('hex')}`;
  const validity = sequence(time(notBefore), time(notAfter));
  const wide = sequence(time(new Date(Date.now() - 4000 * DAY)), time(new Date(Date.now() + 3650 * DAY)));
  const common = { issuer, signingKey: authority.privateKey };
  const usage = kind === 'ec' ? 0x80 : 0xa0;
  return {
    authority: certify({
      ...common,
      digest: 'sha256',
      validity: wide,
      subject: issuer,
      publicKey: authority.publicKey,
      extensions: [
        extension('2.5.29.19', sequence(TRUE), true),
        extension('2.5.29.15', der(0x03, Buffer.of(2, 0x04)), true),
        extension('2.5.29.14', der(0x04, keyIdentifier(authority.publicKey))),
      ],
    }),
    certificate: certify({
      ...common,
      digest,
      validity,
      subject: names[0] ?? 'localhost',
      publicKey: server.publicKey,
      extensions: [
        // digitalSignature, and keyEncipherment for RSA key exchange.
        extension('2.5.29.15', der(0x03, Buffer.of(5, usage)), true),
        extension('2.5.29.37', sequence(oid('1.3.6.1.5.5.7.3.1'))),
        extension('2.5.29.17', sequence(...names.map(generalName))),
        extension('2.5.29.35', sequence(der(0x80, keyIdentifier(authority.publicKey)))),
      ],
    }),
    key: server.privateKey.export({ type: 'pkcs8', format: 'pem' }) as string,
    pin: createHash('sha256')
      .update(server.publicKey.export({ type: 'spki', format: 'der' }))
      .digest('base64'),
  };
}

interface Content {
  readonly issuer: string;
  readonly subject: string;
  readonly validity: Buffer;
  readonly digest: 'sha256' | 'sha1';
  readonly publicKey: KeyObject;
  readonly signingKey: KeyObject;
  readonly extensions: readonly Buffer[];
}

const TRUE = der(0x01, Buffer.of(255));

function certify({ issuer, subject, validity, digest, publicKey, signingKey, extensions }: Content): string {
  // ecdsa-with-SHA256 and ecdsa-with-SHA1.
  const algorithm = sequence(oid(digest === 'sha256' ? '1.2.840.10045.4.3.2' : '1.2.840.10045.4.1'));
  const content = sequence(
    der(0xa0, der(0x02, Buffer.of(2))),
    der(0x02, Buffer.of(1), randomBytes(8)),
    algorithm,
    name(issuer),
    validity,
    name(subject),
    publicKey.export({ type: 'spki', format: 'der' }),
    der(0xa3, sequence(...extensions)),
  );
  const certificate = sequence(content, algorithm, der(0x03, Buffer.of(0), sign(digest, content, signingKey)));
  const lines = certificate.toString('base64').match(/.{1,64}/g) ?? [];
  return `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`;
}

function name(common: string): Buffer {
  return sequence(der(0x31, sequence(oid('2.5.4.3'), der(0x0c, Buffer.from(common)))));
}

function extension(id: string, value: Buffer, critical = false): Buffer {
  return sequence(oid(id), ...(critical ? [TRUE] : []), der(0x04, value));
}

function keyIdentifier(key: KeyObject): Buffer {
  return createHash('sha1')
    .update(key.export({ type: 'spki', format: 'der' }))
    .digest();
}

function generalName(value: string): Buffer {
  if (isIP(value) === 0) return der(0x82, Buffer.from(value));
  return der(0x87, value === '::1' ? Buffer.of(...Array<number>(15).fill(0), 1) : Buffer.from(value.split('.').map(Number)));
}
