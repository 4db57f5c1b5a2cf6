import { defineApiAudit } from '../../api-audit.ts';

/** Claims that tell about a person or give away a secret. Names of OpenID Connect Core §5.1, and what people add. */
const PERSONAL =
  /^(email|phone(_?number)?|address|birthdate|birthday|ssn|iban|password(_?hash)?|pwd|hash|secret|credit_?card|card_?number)$/i;

export const tokenContent = defineApiAudit({
  id: 'token-content',
  area: 'exposure',
  title: 'Access tokens hold no personal data',
  failingTitle: 'Access tokens hold personal data',
  severity: 'low',
  references: { checklist: 'no-excess-data', masvs: ['MASVS-PRIVACY-1'], cwe: [359, 200], api10: ['API3:2023'] },
  why: 'A JWT is encoded, not encrypted: every log and proxy that sees the token reads it.',
  remedy: {
    text: 'Put an opaque subject into the token and look the rest up.',
    language: 'json',
    code: '{ "sub": "usr_8f3a", "scope": "orders:read", "exp": 1790000000 }',
  },
  needs: ['accessToken'],
  check({ accessToken: { payload } }, probe) {
    const names = Object.keys(payload).filter((name) => PERSONAL.test(name));
    const secret = names.some((name) => /password|pwd|hash|secret|card/i.test(name));
    if (names.length > 0) {
      probe.report({
        where: 'Access token',
        message: `Its claims include ${names.join(', ')}.`,
        evidence: `claims: ${Object.keys(payload).join(', ')}`,
        severity: secret ? 'high' : 'low',
      });
    }
  },
});
