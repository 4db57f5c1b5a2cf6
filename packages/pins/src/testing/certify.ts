import 'reflect-metadata';
import { createPublicKey, generateKeyPairSync, type KeyObject, type webcrypto, X509Certificate } from 'node:crypto';
import {
  BasicConstraintsExtension,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  type Extension,
  KeyUsageFlags,
  KeyUsagesExtension,
  SubjectAlternativeNameExtension,
  X509CertificateGenerator,
} from '@peculiar/x509';

/** A certificate with the private key it certifies, both also as PEM for a server. */
export interface Identity {
  readonly certificate: X509Certificate;
  readonly key: KeyObject;
  /** Of the leaf and every intermediate above it, without the root. */
  readonly chainPem: string;
  readonly keyPem: string;
}

export interface CertifyOptions {
  readonly subject: string;
  /** Left out: self-signed. */
  readonly issuer?: Identity;
  /** The key to certify. Left out: a fresh P-256 key. */
  readonly key?: KeyObject;
  readonly hosts?: readonly string[];
  readonly ca?: boolean;
  /** Milliseconds since 1970. */
  readonly notBefore: number;
  readonly notAfter: number;
}

/**
 * Makes a real certificate with a real signature, of any kind and under intermediates, as tests need them.
 *
 * The private keys are made in memory and nothing is written. Never an authority an app should trust.
 *
 * @example await certify({ subject: 'CN=canary', issuer, key: backup, hosts: ['api.example.com'], notBefore, notAfter })
 */
export async function certify(options: CertifyOptions): Promise<Identity> {
  const key = options.key ?? generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
  const issuer = options.issuer;
  const signer = issuer?.key ?? key;
  const raw = await X509CertificateGenerator.create({
    subject: options.subject,
    issuer: issuer?.certificate.subject.split('\n').join(',') ?? options.subject,
    notBefore: new Date(options.notBefore),
    notAfter: new Date(options.notAfter),
    publicKey: cryptoKey(publicOf(key), 'verify'),
    signingKey: cryptoKey(signer, 'sign'),
    signingAlgorithm: signingAlgorithm(signer),
    extensions: extensionsOf(options),
  });
  const certificate = new X509Certificate(Buffer.from(raw.rawData));
  const above = issuer === undefined || issuer.certificate.subject === issuer.certificate.issuer ? '' : issuer.chainPem;
  return {
    certificate,
    key,
    chainPem: certificate.toString() + above,
    keyPem: key.export({ type: 'pkcs8', format: 'pem' }) as string,
  };
}

function extensionsOf({ ca = false, hosts = [] }: CertifyOptions): Extension[] {
  const usages = ca ? KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign : KeyUsageFlags.digitalSignature;
  return [
    new BasicConstraintsExtension(ca, undefined, true),
    new KeyUsagesExtension(usages, true),
    ...(ca ? [] : [new ExtendedKeyUsageExtension([ExtendedKeyUsage.serverAuth])]),
    ...(hosts.length === 0 ? [] : [new SubjectAlternativeNameExtension(hosts.map((value) => ({ type: 'dns' as const, value })))]),
  ];
}

function publicOf(key: KeyObject): KeyObject {
  // Through SPKI, because a KeyObject of a private key has no public WebCrypto form.
  return createPublicKey(key);
}

function signingAlgorithm(key: KeyObject) {
  if (key.asymmetricKeyType === 'ed25519') return { name: 'Ed25519' };
  if (key.asymmetricKeyType === 'rsa') return { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' };
  return { name: 'ECDSA', hash: 'SHA-256' };
}

const CURVES: Readonly<Record<string, string>> = { prime256v1: 'P-256', secp384r1: 'P-384', secp521r1: 'P-521' };

/** The key as WebCrypto wants it. @throws TypeError for a kind of key no TLS server uses. */
function cryptoKey(key: KeyObject, usage: 'sign' | 'verify'): webcrypto.CryptoKey {
  const type = key.asymmetricKeyType;
  if (type === 'ed25519') return key.toCryptoKey({ name: 'Ed25519' }, true, [usage]) as webcrypto.CryptoKey;
  if (type === 'rsa') return key.toCryptoKey({ name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' }, true, [usage]) as webcrypto.CryptoKey;
  const namedCurve = CURVES[key.asymmetricKeyDetails?.namedCurve ?? ''];
  if (namedCurve === undefined) throw new TypeError(`A key of kind ${type} cannot be certified here. Use P-256, P-384, RSA or Ed25519.`);
  return key.toCryptoKey({ name: 'ECDSA', namedCurve }, true, [usage]) as webcrypto.CryptoKey;
}
