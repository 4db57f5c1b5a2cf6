import { createHash, generateKeyPairSync, type KeyObject, randomUUID, sign } from 'node:crypto';
import { createDpopProof, type DeviceJwk, type DpopSigner, thumbprintInput } from '@sallyport/protocol';

/** Signs access tokens as the auth server would, or as an attacker would like to. */
export interface TestIssuer {
  readonly issuer: string;
  readonly audience: string;
  readonly kid: string;
  readonly privateKey: KeyObject;
  /** The JWKS document. */
  readonly jwks: string;
  /** A token for a device; claims and header fields may be replaced. */
  token(claims?: object, header?: object): string;
}

export interface TestDevice {
  readonly jwk: DeviceJwk;
  readonly jkt: string;
  readonly signer: DpopSigner;
}

export const ISSUER = 'https://issuer.example';
export const AUDIENCE = 'https://api.example';

/** 2027-01-15 08:00 UTC, in milliseconds: any fixed moment will do. */
export const NOW = 1_800_000_000_000;

export function createTestIssuer(device: TestDevice): TestIssuer {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const jwk = publicKey.export({ format: 'jwk' }) as unknown as DeviceJwk;
  const kid = thumbprint(jwk);
  return {
    issuer: ISSUER,
    audience: AUDIENCE,
    kid,
    privateKey,
    jwks: JSON.stringify({ keys: [{ ...jwk, kid, use: 'sig', alg: 'ES256' }] }),
    token(claims = {}, header = {}) {
      const seconds = NOW / 1000;
      const payload = {
        ...{ iss: ISSUER, aud: AUDIENCE, sub: 'ada', client_id: 'orders-app', scope: 'orders:read orders:write', jti: randomUUID() },
        ...{ iat: seconds - 10, exp: seconds + 900, cnf: { jkt: device.jkt }, ...claims },
      };
      return signJws({ typ: 'at+jwt', alg: 'ES256', kid, ...header }, payload, privateKey);
    },
  };
}

export function createTestDevice(): TestDevice {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const { kty, crv, x, y } = publicKey.export({ format: 'jwk' }) as unknown as DeviceJwk;
  const jwk = { kty, crv, x, y };
  const signer = { jwk, sign: async (input: string) => sign('sha256', Buffer.from(input), { key: privateKey, dsaEncoding: 'ieee-p1363' }) };
  return { jwk, jkt: thumbprint(jwk), signer };
}

export function signJws(header: object, payload: object, key: KeyObject): string {
  const input = [header, payload].map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.');
  return `${input}.${sign('sha256', Buffer.from(input), { key, dsaEncoding: 'ieee-p1363' }).toString('base64url')}`;
}

function thumbprint(jwk: DeviceJwk): string {
  return createHash('sha256').update(thumbprintInput(jwk)).digest('base64url');
}

export interface ProofOptions {
  readonly method?: string;
  readonly url: string;
  readonly token?: string;
  readonly nonce?: string | undefined;
  readonly jti?: string;
}

/** A DPoP proof of a device. */
export function proofOf(device: TestDevice, { method = 'GET', url, token, nonce, jti = randomUUID() }: ProofOptions): Promise<string> {
  const ath = token === undefined ? undefined : createHash('sha256').update(token).digest('base64url');
  return createDpopProof(device.signer, { method, url, iat: NOW / 1000, jti, nonce, ath });
}
