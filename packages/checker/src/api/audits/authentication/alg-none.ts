import { defineApiAudit } from '../../api-audit.ts';
import { unsignedToken } from '../../tokens/forge-token.ts';
import { tryTokens } from '../../tokens/try-tokens.ts';

const SPELLINGS = ['none', 'None', 'NONE', 'nOnE', 'none ', ''];

export const algNone = defineApiAudit({
  id: 'alg-none',
  area: 'authentication',
  title: 'Unsigned tokens are refused',
  failingTitle: 'Unsigned tokens are accepted',
  severity: 'critical',
  references: { checklist: 'backend-decides', masvs: ['MASVS-AUTH-1'], cwe: [347, 345], api10: ['API2:2023'] },
  why: 'Anybody writes a token for any user and any right; no key is needed (RFC 8725 §2.1).',
  remedy: {
    text: 'Name the algorithms you accept; never let the token choose.',
    language: 'ts',
    code: "await jwtVerify(token, keys, { algorithms: ['ES256'], issuer, audience })",
  },
  needs: ['baseline', 'accessToken'],
  async check({ baseline, accessToken: { header, payload, text } }, probe) {
    const signature = text.slice(text.lastIndexOf('.') + 1);
    const unsigned = SPELLINGS.map((alg) => ({
      how: `with "alg":"${alg}" and no signature`,
      token: unsignedToken({ ...header, alg }, payload),
    }));
    const signed = SPELLINGS.slice(0, 2).map((alg) => ({
      how: `with "alg":"${alg}" and the old signature`,
      token: `${unsignedToken({ ...header, alg }, payload)}${signature}`,
    }));
    await tryTokens(probe, baseline, [...unsigned, ...signed], 'A token that nobody signed is accepted with all its claims.');
  },
});
