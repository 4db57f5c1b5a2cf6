import { createHash, createPublicKey, generateKeyPairSync, type KeyObject, randomBytes, sign, X509Certificate } from 'node:crypto';
import { isIP } from 'node:net';
import { derBits, derContext, derInteger, derOctets, derOid, derSequence, derSet, derText, derTime, derTrue } from './der.ts';

/** A certificate authority that can sign. */
export interface CertificateAuthority {
  /** Its common name. */
  readonly name: string;
  /** PEM. */
  readonly certificate: string;
  readonly key: KeyObject;
}

interface Validity {
  readonly notBefore: Date;
  readonly notAfter: Date;
}

const OID = {
  ecdsaWithSha256: '1.2.840.10045.4.3.2',
  commonName: '2.5.4.3',
  subjectKeyIdentifier: '2.5.29.14',
  keyUsage: '2.5.29.15',
  subjectAlternativeName: '2.5.29.17',
  basicConstraints: '2.5.29.19',
  nameConstraints: '2.5.29.30',
  authorityKeyIdentifier: '2.5.29.35',
  extendedKeyUsage: '2.5.29.37',
  serverAuth: '1.3.6.1.5.5.7.3.1',
};

/** A fresh ECDSA P-256 private key. */
export function generateServerKey(): KeyObject {
  return generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
}

/**
 * Makes a certificate authority (RFC 5280 §4.2), which signs servers and no further authorities.
 *
 * @param loopbackOnly whether it is name-constrained to localhost, 127.0.0.0/8 and ::1 (RFC 5280 §4.2.1.10). A device that
 * trusts such an authority is safe even if its key is stolen: nothing else it signs is believed.
 * @example createCertificateAuthority({ name: 'Test CA', key: generateServerKey(), loopbackOnly: true, notBefore, notAfter })
 */
export function createCertificateAuthority({
  name,
  key,
  loopbackOnly,
  ...validity
}: { readonly name: string; readonly key: KeyObject; readonly loopbackOnly: boolean } & Validity): CertificateAuthority {
  const subject = commonName(name);
  const publicKey = spkiOf(key);
  const extensions = [
    extension(OID.basicConstraints, derSequence(derTrue(), derInteger(Buffer.of(0))), 'critical'),
    // keyCertSign (5) and cRLSign (6).
    extension(OID.keyUsage, derBits(Buffer.of(0b0000_0110), 1), 'critical'),
    extension(OID.subjectKeyIdentifier, derOctets(keyIdentifier(publicKey))),
    ...(loopbackOnly ? [extension(OID.nameConstraints, loopbackConstraint(), 'critical')] : []),
  ];
  return { name, certificate: issue({ issuer: subject, subject, publicKey, extensions, validity, signer: key }), key };
}

/**
 * Issues a certificate for a TLS server.
 *
 * @param names DNS names and IP addresses; at least one.
 * @param publicKey key of the server; its private half is not needed.
 * @returns the certificate alone, as PEM.
 */
export function issueServerCertificate({
  authority,
  names,
  publicKey: key,
  ...validity
}: { readonly authority: CertificateAuthority; readonly names: readonly string[]; readonly publicKey: KeyObject } & Validity): string {
  const authorityKey = spkiOf(authority.key);
  const publicKey = spkiOf(key);
  const extensions = [
    extension(OID.basicConstraints, derSequence(), 'critical'),
    // digitalSignature (0): with forward-secret suites the key signs and does nothing else.
    extension(OID.keyUsage, derBits(Buffer.of(0b1000_0000), 7), 'critical'),
    extension(OID.extendedKeyUsage, derSequence(derOid(OID.serverAuth))),
    extension(OID.subjectAlternativeName, derSequence(...names.map(generalName))),
    extension(OID.subjectKeyIdentifier, derOctets(keyIdentifier(publicKey))),
    extension(OID.authorityKeyIdentifier, derSequence(derContext(0, keyIdentifier(authorityKey), 'primitive'))),
  ];
  return issue({
    issuer: commonName(authority.name),
    subject: commonName(names[0] ?? ''),
    publicKey,
    extensions,
    validity,
    signer: authority.key,
  });
}

function issue(parts: {
  readonly issuer: Buffer;
  readonly subject: Buffer;
  readonly publicKey: Buffer;
  readonly extensions: readonly Buffer[];
  readonly validity: Validity;
  readonly signer: KeyObject;
}): string {
  const algorithm = derSequence(derOid(OID.ecdsaWithSha256));
  const serial = randomBytes(16);
  // Not zero, and positive without a leading zero byte (RFC 5280 §4.1.2.2).
  serial[0] = ((serial[0] as number) & 0x7f) | 0x40;
  const toBeSigned = derSequence(
    derContext(0, derInteger(Buffer.of(2)), 'constructed'),
    derInteger(serial),
    algorithm,
    parts.issuer,
    derSequence(derTime(parts.validity.notBefore), derTime(parts.validity.notAfter)),
    parts.subject,
    parts.publicKey,
    derContext(3, derSequence(...parts.extensions), 'constructed'),
  );
  const certificate = derSequence(toBeSigned, algorithm, derBits(sign('sha256', toBeSigned, parts.signer)));
  return new X509Certificate(certificate).toString();
}

function extension(oid: string, value: Uint8Array, criticality?: 'critical'): Buffer {
  return derSequence(derOid(oid), ...(criticality === undefined ? [] : [derTrue()]), derOctets(value));
}

function commonName(text: string): Buffer {
  return derSequence(derSet(derSequence(derOid(OID.commonName), derText(text))));
}

function spkiOf(key: KeyObject): Buffer {
  return (key.type === 'private' ? createPublicKey(key) : key).export({ type: 'spki', format: 'der' });
}

/** RFC 7093 §2 (1): the first 160 bits of the SHA-256 of the key's bits; SHA-1 would alarm every scanner for nothing. */
function keyIdentifier(spki: Buffer): Buffer {
  // A P-256 SubjectPublicKeyInfo ends in the 65 bytes of the uncompressed point.
  return createHash('sha256').update(spki.subarray(-65)).digest().subarray(0, 20);
}

/** A GeneralName: dNSName [2] or iPAddress [7]. */
function generalName(name: string): Buffer {
  return isIP(name) === 0 ? derContext(2, Buffer.from(name), 'primitive') : derContext(7, addressBytes(name), 'primitive');
}

function addressBytes(address: string): Buffer {
  if (isIP(address) === 4) return Buffer.from(address.split('.').map(Number));
  const [head = '', tail] = address.split('::');
  const groups = (part: string | undefined) => (part ? part.split(':') : []);
  const [before, after] = [groups(head), groups(tail)];
  const zeros = Array<string>(8 - before.length - after.length).fill('0');
  return Buffer.concat([...before, ...zeros, ...after].map((group) => Buffer.from(group.padStart(4, '0'), 'hex')));
}

function loopbackConstraint(): Buffer {
  const subtrees = [
    generalName('localhost'),
    derContext(7, Buffer.of(127, 0, 0, 0, 255, 0, 0, 0), 'primitive'),
    derContext(7, Buffer.concat([addressBytes('::1'), Buffer.alloc(16, 0xff)]), 'primitive'),
  ].map((name) => derSequence(name));
  return derSequence(derContext(0, Buffer.concat(subtrees), 'constructed'));
}
