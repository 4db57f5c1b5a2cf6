import { defineApiAudit } from '../../api-audit.ts';

/** Claims that tell about a person or give away a secret. Names of OpenID Connect Core §5.1, and what people add. */
const PERSONAL =
  /^(email|phone(_?number)?|address|birthdate|birthday|ssn|iban|password(_?hash)?|pwd|hash|secret|(totp|mfa|otp)_?secret|credit_?card|card_?number)$/i;

/** Deeper than any claim is nested in earnest. */
const MAX_PATH = 200;

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
    const names = personalClaims(payload);
    const secret = names.some((name) => /password|pwd|hash|secret|card/i.test(name.slice(name.lastIndexOf('.') + 1)));
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

/** Some put the whole row of the user into one claim. An empty member says nothing. */
function personalClaims(claims: object, path = ''): string[] {
  return Object.entries(claims).flatMap(([name, value]) => {
    if (typeof value === 'object' && value !== null && path.length < MAX_PATH) return personalClaims(value, `${path}${name}.`);
    return PERSONAL.test(name) && value !== '' && value !== null ? [`${path}${name}`] : [];
  });
}
