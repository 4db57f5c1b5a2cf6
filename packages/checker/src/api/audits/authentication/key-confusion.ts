import { defineApiAudit } from '../../api-audit.ts';
import type { PublicKey } from '../../run/artifacts.ts';
import { type ForgedToken, hmacToken } from '../../tokens/forge-token.ts';
import { tryTokens } from '../../tokens/try-tokens.ts';

/** Keys tried: those of the JWKS in their order, the one the token names first. */
const MAX_KEYS = 3;

export const keyConfusion = defineApiAudit({
  id: 'key-confusion',
  area: 'authentication',
  title: 'The public key is not taken for a shared secret',
  failingTitle: 'Tokens signed with the public key as a secret are accepted',
  severity: 'critical',
  references: { checklist: 'backend-decides', masvs: ['MASVS-AUTH-1'], cwe: [347, 327], api10: ['API2:2023'] },
  why: 'The public key is public. A server that lets the token switch to HMAC verifies with it what everybody can sign with it (RFC 8725 §2.1).',
  remedy: {
    text: 'Bind each key to one algorithm and take the algorithm from the key.',
    language: 'ts',
    code: "await jwtVerify(token, keys, { algorithms: ['ES256'], issuer, audience })",
  },
  needs: ['baseline', 'accessToken', 'publicKeys'],
  async check({ baseline, accessToken: { header, payload }, publicKeys }, probe) {
    const keys = [...publicKeys].sort((a, b) => Number(b.kid === header.kid) - Number(a.kid === header.kid)).slice(0, MAX_KEYS);
    const forged = keys.flatMap((key) => spellings(key).flatMap(({ name, bytes }) => tokens(name, bytes)));
    await tryTokens(probe, baseline, forged, 'A token signed by HMAC with the published key is accepted.');

    function tokens(name: string, bytes: Uint8Array): ForgedToken[] {
      const algorithms = name.startsWith('PEM') ? ['HS256', 'HS384', 'HS512'] : ['HS256'];
      return algorithms.map((alg) => ({
        how: `signed by ${alg} with the public key as ${name}`,
        token: hmacToken({ ...header, alg }, payload, bytes),
      }));
    }
  },
});

/** The byte strings under which a server may hold its public key. */
function spellings({ key, jwk, pem: kept }: PublicKey): { readonly name: string; readonly bytes: Uint8Array }[] {
  const pem = key.export({ type: 'spki', format: 'pem' }) as string;
  const list = [
    { name: 'PEM', bytes: Buffer.from(pem) },
    { name: 'PEM without its last line end', bytes: Buffer.from(pem.trimEnd()) },
    { name: 'DER', bytes: key.export({ type: 'spki', format: 'der' }) },
    { name: 'JWK', bytes: Buffer.from(JSON.stringify(jwk)) },
  ];
  if (kept !== undefined && kept !== pem) list.push({ name: 'PEM as it is kept', bytes: Buffer.from(kept) });
  if (key.asymmetricKeyType === 'rsa')
    list.push({ name: 'PEM of PKCS #1', bytes: Buffer.from(key.export({ type: 'pkcs1', format: 'pem' }) as string) });
  return list;
}
