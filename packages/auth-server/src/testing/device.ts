import { createHash, generateKeyPairSync, randomBytes, sign } from 'node:crypto';
import { createDpopProof, type DpopSigner, thumbprintInput } from '@sallyport/protocol';

/** A device key for tests: what a phone keeps in its secure element. */
export interface Device extends DpopSigner {
  readonly thumbprint: string;
  /** A proof for a POST. `nonce` as the server gave it. */
  prove(
    url: string,
    nonce?: string,
    overrides?: { readonly jti?: string; readonly iat?: number; readonly method?: string },
  ): Promise<string>;
}

export function createDevice(): Device {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const { x, y } = privateKey.export({ format: 'jwk' }) as { x: string; y: string };
  const jwk = { kty: 'EC', crv: 'P-256', x, y } as const;
  const signer: DpopSigner = {
    jwk,
    sign: async (input) => sign('sha256', Buffer.from(input), { key: privateKey, dsaEncoding: 'ieee-p1363' }),
  };
  return {
    ...signer,
    thumbprint: createHash('sha256').update(thumbprintInput(jwk)).digest('base64url'),
    prove: (url, nonce, { jti = randomBytes(16).toString('base64url'), iat = Math.floor(Date.now() / 1000), method = 'POST' } = {}) =>
      createDpopProof(signer, { method, url, iat, jti, nonce }),
  };
}
