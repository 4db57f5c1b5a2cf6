import { defineApiAudit } from '../../api-audit.ts';
import { isForwardSecret } from '../../tls/cipher-suites.ts';

export const forwardSecrecy = defineApiAudit({
  id: 'forward-secrecy',
  area: 'transport',
  title: 'Every connection is forward secret',
  failingTitle: 'Connections without forward secrecy are accepted',
  severity: 'medium',
  references: { checklist: 'https-only', masvs: ['MASVS-NETWORK-1'], cwe: [327], api10: ['API8:2023'] },
  why: 'With RSA key exchange, whoever gets the server key one day reads everything recorded before.',
  remedy: { text: 'Offer only ECDHE suites and TLS 1.3.', language: 'nginx', code: 'ssl_ciphers ECDHE+AESGCM:ECDHE+CHACHA20;' },
  needs: ['survey'],
  check({ survey }, probe) {
    const suites = survey.suites.filter((suite) => !isForwardSecret(suite) && !suite.includes('_anon_'));
    if (suites.length > 0) {
      probe.report({
        where: 'TLS handshake',
        message: `Suites with RSA key exchange are accepted: ${suites.length} (RFC 9325 §4.1).`,
        evidence: suites.join(', '),
      });
    }
    if (!survey.complete) probe.inconclusive('The server stopped answering before all suites were asked for.');
  },
});
