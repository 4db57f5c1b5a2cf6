import { defineApiAudit } from '../../api-audit.ts';
import { createForeignKey } from '../../tokens/foreign-key.ts';
import { signedToken } from '../../tokens/forge-token.ts';
import { tryTokens } from '../../tokens/try-tokens.ts';

export const foreignIssuer = defineApiAudit({
  id: 'foreign-issuer',
  area: 'authentication',
  title: 'Tokens of other issuers are refused',
  failingTitle: 'Tokens of other issuers are accepted',
  severity: 'critical',
  references: { checklist: 'backend-decides', masvs: ['MASVS-AUTH-1'], cwe: [347, 346], api10: ['API2:2023'] },
  why: 'A key that anybody may have made signs for anybody.',
  remedy: {
    text: 'Verify with the keys of your own issuer, and compare iss and aud.',
    language: 'ts',
    code: "await jwtVerify(token, keys, { issuer: 'https://auth.example', audience: 'https://api.example' })",
  },
  needs: ['baseline', 'accessToken'],
  async check({ baseline, accessToken: { header, payload } }, probe) {
    const own = createForeignKey(header.alg, String(header.kid ?? 'foreign'));
    const sign = (claims: object) => signedToken({ ...header, alg: own.alg }, { ...payload, ...claims }, own.privateKey);
    await tryTokens(
      probe,
      baseline,
      [
        { how: 'signed by a key of ours under the real kid', token: sign({}) },
        { how: 'of another issuer, signed by a key of ours', token: sign({ iss: 'https://issuer.invalid' }) },
      ],
      'A token signed by a key that the issuer never had is accepted.',
    );
  },
});
