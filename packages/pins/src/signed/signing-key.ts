import { createHash, createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject, sign, verify } from 'node:crypto';
import { type PinSetKey, pinSetKeyOf } from '@sallyport/protocol';
import { PinsError } from '../pins-error.ts';

/** A key of {@link verifyPinSet} with the public half at hand. */
export interface NodePinSetKey extends PinSetKey {
  readonly publicKey: KeyObject;
}

/**
 * Shortest passphrase a signing key may have, in characters. The encryption of PKCS #8 files stretches a passphrase only
 * little, so it must be long by itself.
 */
const LEAST_PASSPHRASE = 16;

/** Makes a key for signing pin sets. @returns the private half encrypted in PEM, and the public half in PEM. */
export function newSigningKey(kind: 'p256' | 'ed25519', passphrase: string): { readonly privatePem: string; readonly publicPem: string } {
  if (passphrase.length < LEAST_PASSPHRASE) {
    throw new PinsError(
      'passphrase-needed',
      `The passphrase must have at least ${LEAST_PASSPHRASE} characters. Four random words will do.`,
    );
  }
  const { privateKey, publicKey } = kind === 'p256' ? generateKeyPairSync('ec', { namedCurve: 'P-256' }) : generateKeyPairSync('ed25519');
  return {
    privatePem: privateKey.export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase }) as string,
    publicPem: publicKey.export({ type: 'spki', format: 'pem' }) as string,
  };
}

/**
 * Opens a signing key. It must be encrypted: whoever holds it decides whom every app talks to.
 *
 * @throws PinsError `signing-key-unsuitable`, `passphrase-wrong`.
 */
export function openSigningKey(pem: string, passphrase: string, name: string): KeyObject {
  if (!pem.includes('-----BEGIN ENCRYPTED PRIVATE KEY-----')) {
    throw new PinsError(
      'signing-key-unsuitable',
      `${name} is no encrypted PKCS #8 key in PEM. Encrypt it: openssl pkcs8 -topk8 -v2 aes-256-cbc -in FILE, or make one with --new-key.`,
    );
  }
  let key: KeyObject;
  try {
    key = createPrivateKey({ key: pem, format: 'pem', passphrase });
  } catch (error) {
    throw new PinsError('passphrase-wrong', `${name} does not open with this passphrase, or is damaged. Check the passphrase.`, {
      cause: error,
    });
  }
  nodePinSetKeyOf(key, name);
  return key;
}

/** Reads the public half of a signing key, from its PEM or that of the private one in the clear. @throws PinsError */
export function readPinSetKey(pem: string, name: string): NodePinSetKey {
  let publicKey: KeyObject;
  try {
    publicKey = createPublicKey(pem);
  } catch (error) {
    throw new PinsError('material-malformed', `${name} is no public key in PEM. Give the .pub file that --new-key wrote.`, {
      cause: error,
    });
  }
  return nodePinSetKeyOf(publicKey, name);
}

/** The key as both wire ends name it. @throws PinsError `signing-key-unsuitable` unless it is P-256 or Ed25519. */
export function nodePinSetKeyOf(key: KeyObject, name: string): NodePinSetKey {
  const publicKey = key.type === 'private' ? createPublicKey(key) : key;
  const spki = publicKey.export({ type: 'spki', format: 'der' });
  const known = pinSetKeyOf(spki, createHash('sha256').update(spki).digest());
  if (known !== undefined) return { ...known, publicKey };
  throw new PinsError(
    'signing-key-unsuitable',
    `${name} is neither a P-256 nor an Ed25519 key. Make one with: sallyport pins sign --new-key FILE.`,
  );
}

/** Signs the ASCII text; ES256 as r and s, 32 bytes each (RFC 7518 §3.4). */
export function signText(key: KeyObject, text: string): Buffer {
  const input = Buffer.from(text, 'latin1');
  return key.asymmetricKeyType === 'ed25519' ? sign(null, input, key) : sign('sha256', input, { key, dsaEncoding: 'ieee-p1363' });
}

/** Verifies what {@link signText} made: the `verify` of {@link verifyPinSet} on Node. */
export function verifyText({ publicKey, alg }: NodePinSetKey, text: string, signature: Uint8Array): boolean {
  const input = Buffer.from(text, 'latin1');
  return alg === 'EdDSA'
    ? verify(null, input, publicKey, signature)
    : verify('sha256', input, { key: publicKey, dsaEncoding: 'ieee-p1363' }, signature);
}
