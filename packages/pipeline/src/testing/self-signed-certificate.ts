import { createHash, generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto';
import { isIPv4, isIPv6 } from 'node:net';
import { bits, der, octets, oid, sequence, TRUE, text, time } from './der.ts';

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

const ECDSA_SHA256 = sequence(oid('1.2.840.10045.4.3.2'));

/**
 * Makes a fresh certificate authority and, signed by it, a server certificate (ECDSA P-256) for tests over real TLS.
 *
 * @param names DNS names and IP addresses it is valid for.
 * @example const { certificate, key, authority } = createTestCertificate()
 */
export function createTestCertificate(names: readonly string[] = ['localhost', '127.0.0.1', '::1']): TestCertificate {
  const authority = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const server = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const spki = server.publicKey.export({ type: 'spki', format: 'der' });
  const common = { issuer: 'Sallyport test authority', signingKey: authority.privateKey };
  return {
    authority: certify({
      ...common,
      subject: common.issuer,
      publicKey: authority.publicKey,
      extensions: [
        extension('2.5.29.19', sequence(TRUE), true),
        // keyCertSign
        extension('2.5.29.15', der(0x03, Buffer.of(2, 0x04)), true),
        extension('2.5.29.14', octets(keyIdentifier(authority.publicKey))),
      ],
    }),
    certificate: certify({
      ...common,
      subject: names[0] ?? 'localhost',
      publicKey: server.publicKey,
      extensions: [
        // digitalSignature, and for serverAuth alone
        extension('2.5.29.15', der(0x03, Buffer.of(7, 0x80)), true),
        extension('2.5.29.37', sequence(oid('1.3.6.1.5.5.7.3.1'))),
        extension('2.5.29.17', sequence(...names.map(generalName))),
        extension('2.5.29.35', sequence(der(0x80, keyIdentifier(authority.publicKey)))),
      ],
    }),
    key: server.privateKey.export({ type: 'pkcs8', format: 'pem' }) as string,
    pin: createHash('sha256').update(spki).digest('base64'),
  };
}

interface Subject {
  readonly issuer: string;
  readonly subject: string;
  readonly publicKey: KeyObject;
  readonly signingKey: KeyObject;
  readonly extensions: readonly Buffer[];
}

function certify({ issuer, subject, publicKey, signingKey, extensions }: Subject): string {
  const now = Date.now();
  const content = sequence(
    der(0xa0, der(0x02, Buffer.of(2))),
    der(0x02, Buffer.of(1), randomBytes(8)),
    ECDSA_SHA256,
    name(issuer),
    sequence(time(new Date(now - LIFETIME)), time(new Date(now + LIFETIME))),
    name(subject),
    publicKey.export({ type: 'spki', format: 'der' }),
    der(0xa3, sequence(...extensions)),
  );
  const certificate = sequence(content, ECDSA_SHA256, bits(sign('sha256', content, signingKey)));
  const lines = certificate.toString('base64').match(/.{1,64}/g) ?? [];
  return `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`;
}

function name(common: string): Buffer {
  return sequence(der(0x31, sequence(oid('2.5.4.3'), text(common))));
}

function extension(id: string, value: Buffer, critical = false): Buffer {
  return sequence(oid(id), ...(critical ? [TRUE] : []), octets(value));
}

function keyIdentifier(key: KeyObject): Buffer {
  return createHash('sha1')
    .update(key.export({ type: 'spki', format: 'der' }))
    .digest();
}

function generalName(value: string): Buffer {
  if (isIPv4(value)) return der(0x87, Buffer.from(value.split('.').map(Number)));
  if (isIPv6(value)) return der(0x87, ipv6(value));
  return der(0x82, Buffer.from(value));
}

function ipv6(value: string): Buffer {
  const [head = '', tail = ''] = value.split('::');
  const groups = (part: string) => (part === '' ? [] : part.split(':').map((group) => Number.parseInt(group, 16)));
  const [left, right] = [groups(head), groups(tail)];
  const all = [...left, ...new Array<number>(8 - left.length - right.length).fill(0), ...right];
  return Buffer.from(all.flatMap((group) => [group >> 8, group & 255]));
}
