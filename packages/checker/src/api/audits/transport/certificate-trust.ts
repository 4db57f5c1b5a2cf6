import { defineApiAudit } from '../../api-audit.ts';

export const certificateTrust = defineApiAudit({
  id: 'certificate-trust',
  area: 'transport',
  title: 'The certificate is trusted and made out to this host',
  failingTitle: 'A careful client refuses the certificate',
  severity: 'high',
  references: {
    checklist: 'https-only',
    masvs: ['MASVS-NETWORK-1'],
    maswe: ['MASWE-0052'],
    cwe: [295, 297],
    api10: ['API8:2023'],
  },
  why: 'Apps only reach a server with a bad certificate by switching verification off, and then they talk to anybody.',
  remedy: {
    text: 'Serve a certificate for this very name, with every intermediate certificate behind it.',
    language: 'nginx',
    code: 'ssl_certificate     fullchain.pem; # leaf first, then intermediates\nssl_certificate_key key.pem;',
  },
  needs: ['certificate'],
  check({ certificate }, probe) {
    const { fault, matchesName, names, subject } = certificate;
    if (!matchesName)
      probe.report({ where: 'Certificate', message: `It is not made out to ${probe.target.host}.`, evidence: names || subject });
    // Said by the audit of dates.
    if (fault === undefined || fault === 'CERT_HAS_EXPIRED' || fault === 'CERT_NOT_YET_VALID') return;
    if (fault === 'DEPTH_ZERO_SELF_SIGNED_CERT') {
      const message = 'It is signed by itself, so no authority vouches for it; for a private one that is meant, name it with --ca.';
      probe.report({ where: 'Certificate', message, evidence: `${fault}; ${subject}` });
      return;
    }
    const hint = /UNABLE_TO_(GET_ISSUER_CERT|VERIFY_LEAF)|SELF_SIGNED/.test(fault)
      ? ' An intermediate may be missing, or the authority is private: name it with --ca.'
      : '';
    probe.report({ where: 'Certificate', message: `The chain leads to no trusted authority.${hint}`, evidence: `${fault}; ${subject}` });
  },
});
