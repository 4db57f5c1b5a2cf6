import { defineApiAudit } from '../../api-audit.ts';
import { createForeignKey } from '../../tokens/foreign-key.ts';
import { signedToken } from '../../tokens/forge-token.ts';
import { tryTokens } from '../../tokens/try-tokens.ts';

export const embeddedKey = defineApiAudit({
  id: 'embedded-key',
  area: 'authentication',
  title: 'A key inside a token is not believed',
  failingTitle: 'A key inside a token is believed',
  severity: 'critical',
  references: { checklist: 'backend-decides', masvs: ['MASVS-AUTH-1'], cwe: [347, 345], api10: ['API2:2023'] },
  why: 'A token that brings its own key vouches for itself (CVE-2018-0114).',
  remedy: {
    text: "Ignore jwk and x5c in access tokens; keys come from the issuer's JWKS alone.",
    language: 'ts',
    code: 'const keys = createRemoteJWKSet(new URL("/jwks", issuer))',
  },
  needs: ['baseline', 'accessToken'],
  async check({ baseline, accessToken: { header, payload } }, probe) {
    const own = createForeignKey(header.alg, 'embedded');
    const { kid: _, ...rest } = header;
    await tryTokens(
      probe,
      baseline,
      [
        {
          how: 'signed by a key of ours that stands in its jwk',
          token: signedToken({ ...header, alg: own.alg, jwk: own.jwk }, payload, own.privateKey),
        },
        {
          how: 'signed by a key of ours that stands in its jwk, without kid',
          token: signedToken({ ...rest, alg: own.alg, jwk: own.jwk }, payload, own.privateKey),
        },
      ],
      'A token signed with a key that it carries itself is accepted.',
    );
  },
});
