import { createHash, createPublicKey, type KeyObject, verify } from 'node:crypto';
import { type PinSetKey, pinSetKeyOf } from '@sallyport/protocol';
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
  const spki = publicKey.export({ type: 'spki', format: 'der' });
  const key = pinSetKeyOf(spki, createHash('sha256').update(spki).digest());
  if (key === undefined) throw new ClientError('invalid-option', 'A key for pin sets must be P-256 or Ed25519.');
  return { ...key, publicKey };
}

/** The `verify` of pin updates on Node. */
export function verifyPinSetSignature({ publicKey, alg }: NodePinSetKey, input: string, signature: Uint8Array): boolean {
  return verify(alg === 'EdDSA' ? null : 'sha256', Buffer.from(input, 'latin1'), { key: publicKey, dsaEncoding: 'ieee-p1363' }, signature);
}
