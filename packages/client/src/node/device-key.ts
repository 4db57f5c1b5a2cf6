import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { type DpopSigner, parseDeviceJwk } from '@sallyport/protocol';
import type { CredentialStore, DeviceKey } from '../ports.ts';

/**
 * An ES256 key in the memory of this process. No method gives it out.
 *
 * @param vault where to keep it beyond this process, in PKCS #8: a keychain entry of its own, never a file. Left out, the
 *   key dies with the process, and with it the session.
 */
export function createNodeDeviceKey(vault?: CredentialStore): DeviceKey {
  let own: DpopSigner | undefined;
  return {
    async load() {
      if (vault === undefined) return own;
      // Read every time: another process of the app may have removed the key, or put a new one in its place.
      const text = await vault.read();
      return text === undefined ? undefined : restore(text);
    },
    async create() {
      const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
      const signer = signerOf(privateKey);
      if (signer === undefined) throw new Error('The key just made is no P-256 key');
      // Kept first, used after: a key that is lost at the next start would lose the session with it.
      if (vault === undefined) own = signer;
      else await vault.save(privateKey.export({ type: 'pkcs8', format: 'der' }).toString('base64'));
      return signer;
    },
    async remove() {
      own = undefined;
      await vault?.clear();
    },
  };
}

/** A damaged entry is no key: the user signs in again. */
function restore(text: string): DpopSigner | undefined {
  try {
    return signerOf(createPrivateKey({ key: Buffer.from(text, 'base64'), type: 'pkcs8', format: 'der' }));
  } catch {
    return undefined;
  }
}

function signerOf(privateKey: KeyObject): DpopSigner | undefined {
  const jwk = parseDeviceJwk(createPublicKey(privateKey).export({ format: 'jwk' }));
  return (
    jwk && {
      jwk,
      // ieee-p1363 is r and s, 32 bytes each, as JWS wants them; the default would be DER.
      sign: async (input) => sign('sha256', Buffer.from(input), { key: privateKey, dsaEncoding: 'ieee-p1363' }),
    }
  );
}
