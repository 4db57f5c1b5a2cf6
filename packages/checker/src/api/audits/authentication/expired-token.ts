import { parseCompactJws } from '@sallyport/protocol';
import { defineApiAudit } from '../../api-audit.ts';
import { tryTokens } from '../../tokens/try-tokens.ts';

export const expiredToken = defineApiAudit({
  id: 'expired-token',
  area: 'authentication',
  title: 'Expired tokens are refused',
  failingTitle: 'Expired tokens are accepted',
  severity: 'high',
  references: {
    checklist: 'short-tokens',
    masvs: ['MASVS-AUTH-1'],
    cwe: [613],
    api10: ['API2:2023'],
  },
  why: 'A lifetime nobody looks at is none: a token from an old backup or log still opens the account.',
  remedy: {
    text: 'Check exp on every request, with a minute of leeway at most.',
    language: 'ts',
    code: "await jwtVerify(token, keys, { issuer, audience, clockTolerance: '30s', requiredClaims: ['exp'] })",
  },
  needs: ['baseline'],
  async check({ baseline }, probe) {
    const { expiredToken: token } = probe.options;
    const { payload } = parseCompactJws(baseline.user.accessToken) ?? {};
    if (token === undefined && payload !== undefined && payload.exp === undefined)
      return probe.notApplicable('Tokens of this API have no exp and never run out; the audit of their lifetime says so.');
    if (token === undefined)
      return probe.manual(
        'Keep a token until it has run out and give it as expiredToken in the file of --credentials; nobody else can make one.',
      );
    const exp = parseCompactJws(token)?.payload.exp;
    if (typeof exp === 'number' && exp * 1000 > probe.now()) return probe.inconclusive('The token given as expired has not run out yet.');
    await tryTokens(probe, baseline, [{ how: 'that has run out', token }], 'A token that has run out is accepted.');
  },
});
