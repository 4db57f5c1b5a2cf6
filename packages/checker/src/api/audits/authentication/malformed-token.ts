import { defineApiAudit } from '../../api-audit.ts';
import { tryTokens } from '../../tokens/try-tokens.ts';

export const malformedToken = defineApiAudit({
  id: 'malformed-token',
  area: 'authentication',
  title: 'Malformed tokens are refused',
  failingTitle: 'Malformed tokens are not refused',
  severity: 'critical',
  references: { checklist: 'backend-decides', masvs: ['MASVS-AUTH-1'], cwe: [287, 1286], api10: ['API2:2023'] },
  why: 'A server that takes any text for a token has no sign-in at all; one that breaks on it can be kept broken.',
  remedy: {
    text: 'Refuse with 401 whatever does not parse.',
    language: 'http',
    code: 'HTTP/1.1 401 Unauthorized\nWWW-Authenticate: Bearer error="invalid_token"',
  },
  needs: ['baseline'],
  async check({ baseline }, probe) {
    const { accessToken } = baseline.user;
    const { broken } = await tryTokens(
      probe,
      baseline,
      [
        { how: 'that is the word "null"', token: 'null' },
        { how: 'that is the word "undefined"', token: 'undefined' },
        { how: 'that is no token', token: 'not-a-token' },
        { how: 'cut in half', token: accessToken.slice(0, Math.floor(accessToken.length / 2)) },
        { how: 'with empty parts', token: '..' },
        { how: 'of 6,000 letters', token: 'a'.repeat(6000) },
      ],
      'A text that is no token is taken for one.',
    );
    if (broken.length === 0) return;
    probe.report({
      where: probe.nameOf(baseline.request),
      message: 'A text that is no token makes the server fail instead of refuse; apps take that for an outage and try again.',
      evidence: `5xx, where 401 is meant, for a token ${broken.slice(0, 3).join('; a token ')}`,
      severity: 'low',
    });
  },
});
