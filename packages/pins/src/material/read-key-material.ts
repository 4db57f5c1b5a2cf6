import { createPrivateKey, createPublicKey, type KeyObject, X509Certificate } from 'node:crypto';
import { PinsError } from '../pins-error.ts';
import { readRequest } from './read-request.ts';

/** One key found in a file, as its public half, with the certificate it stood in if there was one. */
export interface KeyMaterial {
  readonly kind: 'certificate' | 'public-key' | 'private-key' | 'csr';
  readonly key: KeyObject;
  readonly certificate?: X509Certificate;
}

export interface MaterialSource {
  /** What messages call it, usually the file name. */
  readonly name: string;
  /** For an encrypted private key. */
  readonly passphrase?: string | undefined;
}

/** Largest file that is read, in bytes. The bundle of all public roots has 220 kB; more is not key material. */
export const MAX_MATERIAL_BYTES = 1_048_576;

/**
 * Finds every key in a PEM or DER file: certificates (also `.cer`), public and private keys, certificate requests.
 *
 * The content decides, not the name: a `.cer` may be either form.
 *
 * @throws PinsError when nothing usable is in it, a key is encrypted and there is no passphrase, or a CSR does not carry
 * the signature of its own key.
 * @example readKeyMaterial(await readFile('api.cer'), { name: 'api.cer' })[0]?.key
 */
export function readKeyMaterial(bytes: Buffer, source: MaterialSource): readonly KeyMaterial[] {
  if (bytes.length === 0) throw new PinsError('file-empty', `${source.name} is empty. Export the certificate or key again.`);
  if (bytes.length > MAX_MATERIAL_BYTES) {
    throw new PinsError('file-too-large', `${source.name} is larger than 1 MiB, which no certificate or key is. Check the file name.`);
  }
  const text = bytes.toString('latin1');
  return text.includes('-----BEGIN ') ? readPem(text, source) : [readDer(bytes, source)];
}

const PEM_BLOCK = /-----BEGIN ([A-Z0-9 ]{1,40})-----([^-]*(?:-(?!----)[^-]*)*)-----END \1-----/g;

/** Blocks that may stand beside a key and hold none. */
const IGNORED = new Set(['EC PARAMETERS', 'DH PARAMETERS', 'X509 CRL']);

const CONVERT: Readonly<Record<string, string>> = {
  PKCS7: 'a PKCS #7 bundle. Convert it: openssl pkcs7 -print_certs -in FILE',
  CMS: 'a CMS bundle. Convert it: openssl pkcs7 -print_certs -in FILE',
  'OPENSSH PRIVATE KEY': 'an OpenSSH key, which no TLS server uses. Convert it: ssh-keygen -p -m PKCS8 -f FILE',
};

function readPem(text: string, source: MaterialSource): readonly KeyMaterial[] {
  const found: KeyMaterial[] = [];
  let blocks = 0;
  for (const [block, label = '', body = ''] of text.matchAll(PEM_BLOCK)) {
    blocks++;
    if (IGNORED.has(label)) continue;
    const convert = CONVERT[label];
    if (convert !== undefined) throw new PinsError('material-unrecognised', `${source.name} is ${convert}.`);
    const encrypted = label === 'ENCRYPTED PRIVATE KEY' || body.includes('Proc-Type: 4,ENCRYPTED');
    found.push(readBlock(label, block, body, encrypted, source));
  }
  if (found.length > 0) return found;
  throw blocks === 0
    ? new PinsError('material-malformed', `${source.name} has a PEM header without its END line: it was cut off. Copy the file again.`)
    : new PinsError('material-unrecognised', `${source.name} holds parameters only, and no certificate, key or request.`);
}

function readBlock(label: string, block: string, body: string, encrypted: boolean, source: MaterialSource): KeyMaterial {
  try {
    if (/^(?:X509 |TRUSTED )?CERTIFICATE$/.test(label)) return ofCertificate(new X509Certificate(block));
    if (/^(?:NEW )?CERTIFICATE REQUEST$/.test(label)) return ofRequest(Buffer.from(body.replace(/\s/g, ''), 'base64'), source);
    if (label.endsWith('PUBLIC KEY')) return { kind: 'public-key', key: createPublicKey(block) };
    if (label.endsWith('PRIVATE KEY')) return ofPrivateKey(block, 'pem', encrypted, source);
  } catch (error) {
    if (error instanceof PinsError) throw error;
    throw new PinsError(
      'material-malformed',
      `${source.name} says it is a ${label.toLowerCase()} and is none: it is damaged. Export it again.`,
      {
        cause: error,
      },
    );
  }
  throw new PinsError(
    'material-unrecognised',
    `${source.name} holds a "${label.toLowerCase()}". Give a certificate, a public or private key, or a CSR.`,
  );
}

/** 1.2.840.113549.1.5.13, PBES2: what an encrypted PKCS #8 file begins with. */
const PBES2 = Buffer.from('2a864886f70d01050d', 'hex');
/** 1.2.840.113549.1.7.1, data: what a PKCS #12 file wraps. */
const PKCS7_DATA = Buffer.from('2a864886f70d0107', 'hex');

function readDer(bytes: Buffer, source: MaterialSource): KeyMaterial {
  // The head only: the same OID may stand inside an unrelated extension further on.
  const head = bytes.subarray(0, 64);
  if (head.includes(PKCS7_DATA)) {
    throw new PinsError(
      'material-unrecognised',
      `${source.name} is a PKCS #12 or PKCS #7 container. Take the certificate out: openssl pkcs12 -in FILE -nokeys -clcerts`,
    );
  }
  if (head.includes(PBES2)) return ofPrivateKey(bytes, 'pkcs8', true, source);
  const readers: readonly (() => KeyMaterial)[] = [
    () => ofCertificate(new X509Certificate(bytes)),
    () => ({ kind: 'public-key', key: createPublicKey({ key: bytes, format: 'der', type: 'spki' }) }),
    () => ofPrivateKey(bytes, 'pkcs8', false, source),
    () => ofPrivateKey(bytes, 'sec1', false, source),
    () => ofPrivateKey(bytes, 'pkcs1', false, source),
    () => ({ kind: 'public-key', key: createPublicKey({ key: bytes, format: 'der', type: 'pkcs1' }) }),
    () => ofRequest(bytes, source),
  ];
  for (const read of readers) {
    try {
      return read();
    } catch (error) {
      // A request that parsed and is signed by somebody else is what it claims to be, and still refused.
      if (error instanceof PinsError && error.code === 'csr-signature-invalid') throw error;
    }
  }
  throw new PinsError(
    'material-unrecognised',
    `${source.name} is no certificate, key or CSR in PEM or DER. See what it is with: openssl asn1parse -in FILE -inform DER`,
  );
}

function ofCertificate(certificate: X509Certificate): KeyMaterial {
  return { kind: 'certificate', key: certificate.publicKey, certificate };
}

function ofPrivateKey(
  key: string | Buffer,
  form: 'pem' | 'pkcs8' | 'sec1' | 'pkcs1',
  encrypted: boolean,
  { name, passphrase }: MaterialSource,
): KeyMaterial {
  if (encrypted && passphrase === undefined) {
    throw new PinsError(
      'passphrase-needed',
      `${name} is encrypted. Give the passphrase with --passphrase-file, or export the public key: openssl pkey -in FILE -pubout`,
    );
  }
  try {
    const options = form === 'pem' ? { key, format: 'pem' as const } : { key, format: 'der' as const, type: form };
    const secret = createPrivateKey({ ...options, ...(encrypted && passphrase !== undefined && { passphrase }) } as never);
    return { kind: 'private-key', key: createPublicKey(secret) };
  } catch (error) {
    if (!encrypted) throw error;
    throw new PinsError('passphrase-wrong', `${name} does not open with this passphrase, or is damaged. Check the passphrase.`, {
      cause: error,
    });
  }
}

function ofRequest(der: Buffer, { name }: MaterialSource): KeyMaterial {
  const request = readRequest(der);
  if (request === undefined) throw new Error('no certificate request, or signed in a way we do not know');
  if (!request.signatureValid) {
    throw new PinsError('csr-signature-invalid', `${name} is not signed by the key it asks a certificate for. Make the CSR again.`);
  }
  return { kind: 'csr', key: request.key };
}
