import { defineApiAudit } from '../../api-audit.ts';
import { isAuthenticated, isBroken } from '../../tls/cipher-suites.ts';

export const tlsSuites = defineApiAudit({
  id: 'tls-suites',
  area: 'transport',
  title: 'All cipher suites are sound',
  failingTitle: 'Weak cipher suites are accepted',
  severity: 'high',
  references: {
    checklist: 'https-only',
    masvs: ['MASVS-NETWORK-1'],
    maswe: ['MASWE-0050'],
    cwe: [326, 327],
    api10: ['API8:2023'],
  },
  why: 'A suite without encryption or authentication, or with RC4, DES or 3DES, gives a connection that looks safe and is not. CBC suites have been broken by padding oracles again and again.',
  remedy: {
    text: 'List AEAD suites with ephemeral keys, and no others.',
    language: 'nginx',
    code: 'ssl_ciphers ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES256-GCM-SHA384:ECDHE-RSA-AES256-GCM-SHA384:ECDHE-ECDSA-CHACHA20-POLY1305:ECDHE-RSA-CHACHA20-POLY1305;',
  },
  needs: ['survey'],
  check({ survey }, probe) {
    const broken = survey.suites.filter(isBroken);
    const padded = survey.suites.filter((suite) => !isBroken(suite) && !isAuthenticated(suite));
    if (broken.length > 0) {
      probe.report({
        where: 'TLS handshake',
        message: `Suites that give no protection are accepted: ${broken.length} (RFC 9325 §4.1).`,
        evidence: broken.join(', '),
      });
    }
    if (padded.length > 0) {
      probe.report({
        where: 'TLS handshake',
        message: `CBC suites are accepted: ${padded.length}; RFC 9325 §4.2 asks for authenticated encryption.`,
        evidence: padded.join(', '),
        severity: 'low',
      });
    }
    if (!survey.complete) probe.inconclusive('The server stopped answering before all suites were asked for.');
  },
});
