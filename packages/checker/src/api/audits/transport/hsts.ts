import { defineApiAudit } from '../../api-audit.ts';

/** Half a year, in seconds; shorter protects nobody who opens the app rarely. */
const LEAST_AGE = 15_552_000;

export const hsts = defineApiAudit({
  id: 'hsts',
  area: 'transport',
  title: 'Strict-Transport-Security is sent',
  failingTitle: 'Strict-Transport-Security is missing or short',
  severity: 'low',
  references: { checklist: 'https-only', masvs: ['MASVS-NETWORK-1'], cwe: [319, 523], api10: ['API8:2023'] },
  why: 'Web views, sign-in pages and URLSession keep to HTTPS by themselves only if the server has said so (RFC 6797).',
  remedy: {
    text: 'Send the field with every answer over HTTPS.',
    language: 'http',
    code: 'Strict-Transport-Security: max-age=31536000; includeSubDomains',
  },
  needs: ['anonymous'],
  check({ anonymous }, probe) {
    if (!probe.target.secure) return probe.notApplicable('The address is plain HTTP, where the field means nothing.');
    const field = anonymous.headers['strict-transport-security'];
    const age = /(?:^|;)\s*max-age\s*=\s*"?(\d{1,12})"?\s*(?:;|$)/i.exec(field ?? '')?.[1];
    const where = probe.nameOf(anonymous.request);
    if (field === undefined) probe.report({ where, message: 'The field is missing.' });
    else if (age === undefined)
      probe.report({ where, message: 'The field has no max-age that can be read, so clients ignore it.', evidence: field });
    else if (Number(age) < LEAST_AGE)
      probe.report({
        where,
        message: `It is forgotten after ${Math.floor(Number(age) / 86_400)} days; half a year is the least.`,
        evidence: field,
      });
  },
});
