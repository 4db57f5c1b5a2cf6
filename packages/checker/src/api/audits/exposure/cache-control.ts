import { defineApiAudit } from '../../api-audit.ts';

export const cacheControl = defineApiAudit({
  id: 'cache-control',
  area: 'exposure',
  title: 'Answers with user data are not stored',
  failingTitle: 'Answers with user data may be stored',
  severity: 'medium',
  references: {
    checklist: 'no-store',
    masvs: ['MASVS-STORAGE-2'],
    maswe: ['MASWE-0004'],
    cwe: [524, 525],
    api10: ['API8:2023'],
  },
  why: 'URLSession writes what may be cached to an unencrypted file on the device; proxies keep it for others.',
  remedy: { text: 'Send no-store with every answer that took a token.', language: 'http', code: 'Cache-Control: no-store' },
  needs: ['userData'],
  check({ userData }, probe) {
    for (const answer of userData) {
      const field = answer.headers['cache-control'] ?? '';
      const directives = field
        .toLowerCase()
        .split(',')
        .map((part) => part.trim());
      if (directives.includes('no-store')) continue;
      const where = probe.nameOf(answer.request);
      const shared = directives.includes('public') || directives.some((part) => part.startsWith('s-maxage'));
      if (field === '')
        probe.report({ where, message: 'There is no Cache-Control; clients may store the answer by their own rules (RFC 9111 §4.2.2).' });
      else if (shared)
        probe.report({ where, message: 'The answer may be stored by anybody on the way.', evidence: field, severity: 'high' });
      else
        probe.report({
          where,
          message: 'The answer may be stored on the device.',
          evidence: field,
          severity: directives.includes('no-cache') ? 'low' : 'medium',
        });
    }
  },
});
