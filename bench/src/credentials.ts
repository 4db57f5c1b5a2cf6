import { createHash, generateKeyPairSync, randomBytes, sign } from 'node:crypto';
import { thumbprintInput } from '@sallyport/protocol';

const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
const sha256 = (text: string) => createHash('sha256').update(text).digest('base64url');

function keyPair() {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const { x = '', y = '' } = publicKey.export({ format: 'jwk' });
  const jwk = { kty: 'EC', crv: 'P-256', x, y } as const;
  const signed = (header: object, payload: object) => {
    const input = `${encode(header)}.${encode(payload)}`;
    return `${input}.${sign('sha256', Buffer.from(input), { key: privateKey, dsaEncoding: 'ieee-p1363' }).toString('base64url')}`;
  };
  return { jwk, jkt: sha256(thumbprintInput(jwk)), signed };
}

/** An issuer and a device: tokens, and proofs as fast as this process can sign. */
export function createCredentials() {
  const issuer = keyPair();
  const device = keyPair();
  const seconds = Math.floor(Date.now() / 1000);
  const claims = {
    iss: 'https://issuer.example',
    aud: 'https://localhost',
    sub: 'user',
    client_id: 'bench',
    scope: 'read',
    iat: seconds,
    exp: seconds + 3600,
  };
  const token = (more: object) =>
    issuer.signed({ alg: 'ES256', typ: 'at+jwt', kid: issuer.jkt }, { ...claims, jti: randomBytes(8).toString('hex'), ...more });
  const bound = token({ cnf: { jkt: device.jkt } });
  const ath = sha256(bound);
  const header = { typ: 'dpop+jwt', alg: 'ES256', jwk: device.jwk };
  let count = 0;
  return {
    issuerKey: { ...issuer.jwk, kid: issuer.jkt },
    bearer: token({}),
    bound,
    proof: (nonce: string | undefined) =>
      device.signed(header, { jti: `${seconds}-${count++}`, htm: 'GET', htu: 'https://localhost/dpop', iat: seconds, ath, nonce }),
  };
}
