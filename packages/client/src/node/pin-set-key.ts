import { createHash, createPublicKey, type KeyObject, verify } from 'node:crypto';
import type { PinSetKey } from '@sallyport/protocol';
import { ClientError } from '../errors.ts';

/** A key an app is built with, to verify signed pin sets. */
export interface NodePinSetKey extends PinSetKey {
  readonly publicKey: KeyObject;
}

/** Reads such a key from PEM, as `sallyport pins sign --new-key` wrote it. @throws ClientError `invalid-option`. */
export function readPinSetKey(pem: string): NodePinSetKey {
  let publicKey: KeyObject;
  try {
    publicKey = createPublicKey(pem);
  } catch {
    throw new ClientError('invalid-option', 'A key for pin sets must be a public key in PEM.');
  }
  const ed25519 = publicKey.asymmetricKeyType === 'ed25519';
  if (!ed25519 && publicKey.asymmetricKeyDetails?.namedCurve !== 'prime256v1') {
    throw new ClientError('invalid-option', 'A key for pin sets must be P-256 or Ed25519.');
  }
  const kid = createHash('sha256')
    .update(publicKey.export({ type: 'spki', format: 'der' }))
    .digest('base64url');
  return { kid, alg: ed25519 ? 'EdDSA' : 'ES256', publicKey };
}

/** The `verify` of pin updates on Node. */
export function verifyPinSetSignature({ publicKey, alg }: NodePinSetKey, input: string, signature: Uint8Array): boolean {
  return verify(alg === 'EdDSA' ? null : 'sha256', Buffer.from(input, 'latin1'), { key: publicKey, dsaEncoding: 'ieee-p1363' }, signature);
}
