import { createHash, generateKeyPairSync, sign } from 'node:crypto';
import { type DeviceJwk, type DpopSigner, thumbprintInput } from '@sallyport/protocol';

/** A key of the attacker's own: all that a thief has in place of the device's. */
export function createDeviceKey(): DpopSigner {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const { x, y } = publicKey.export({ format: 'jwk' }) as { x: string; y: string };
  return {
    jwk: { kty: 'EC', crv: 'P-256', x, y },
    sign: async (input) => sign('sha256', Buffer.from(input), { key: privateKey, dsaEncoding: 'ieee-p1363' }),
  };
}

/** The thumbprint a token names as `cnf.jkt` (RFC 7638). */
export function thumbprintOf(jwk: DeviceJwk): string {
  return createHash('sha256').update(thumbprintInput(jwk)).digest('base64url');
}
