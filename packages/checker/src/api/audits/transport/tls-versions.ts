import { defineApiAudit } from '../../api-audit.ts';

export const tlsVersions = defineApiAudit({
  id: 'tls-versions',
  area: 'transport',
  title: 'Only TLS 1.2 and 1.3 are spoken',
  failingTitle: 'Old versions of TLS are spoken',
  severity: 'high',
  references: {
    checklist: 'https-only',
    masvs: ['MASVS-NETWORK-1'],
    maswe: ['MASWE-0050'],
    cwe: [326, 327],
    api10: ['API8:2023'],
  },
  why: 'SSL 3.0, TLS 1.0 and 1.1 rest on MD5, SHA-1 and CBC in ways that are broken; RFC 8996 forbids them. Who stands in between may push a client down to them.',
  remedy: { text: 'Set the least version to TLS 1.2.', language: 'nginx', code: 'ssl_protocols TLSv1.2 TLSv1.3;' },
  needs: ['survey'],
  check({ survey }, probe) {
    const old = survey.versions.filter((version) => version !== 'TLS 1.2' && version !== 'TLS 1.3');
    for (const version of old) {
      probe.report({
        where: 'TLS handshake',
        message: `The server agrees to ${version}, which RFC 8996 and RFC 7568 forbid.`,
        evidence: `ClientHello for ${version} alone was answered with a ServerHello`,
        severity: version === 'SSL 3.0' ? 'critical' : 'high',
      });
    }
    if (survey.versions.length === 0) probe.inconclusive('The server agreed to no version of TLS; is this an HTTPS port?');
    else if (survey.unclear.length > 0) probe.inconclusive(`No clear answer for ${survey.unclear.join(', ')}.`);
    else if (!survey.versions.includes('TLS 1.3')) probe.note('TLS 1.3 is not offered; it saves a round trip and hides the certificate.');
  },
});
