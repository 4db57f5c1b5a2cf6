import { defineApiAudit } from '../../api-audit.ts';

export const certificateKey = defineApiAudit({
  id: 'certificate-key',
  area: 'transport',
  title: 'Key and signature of the certificate are strong',
  failingTitle: 'Key or signature of the certificate is weak',
  severity: 'high',
  references: { checklist: 'https-only', masvs: ['MASVS-NETWORK-1'], cwe: [326, 328], api10: ['API8:2023'] },
  why: 'A short key can be computed, a signature over SHA-1 or MD5 can be moved to a forged certificate. App Transport Security refuses both.',
  remedy: {
    text: 'Use an EC key on P-256 or RSA with 2048 bits or more, signed with SHA-256.',
    language: 'sh',
    code: 'openssl ecparam -name prime256v1 -genkey -noout -out key.pem',
  },
  needs: ['certificate'],
  check({ certificate: { key, signatureAlgorithm } }, probe) {
    const [type, size = ''] = key.split(' ');
    if ((type === 'rsa' && Number(size) < 2048) || (type === 'ec' && Number(size) < 256) || type === 'dsa') {
      probe.report({
        where: 'Certificate',
        message: 'Its key is too short (RFC 9325 §4.3: RSA 2048 or EC 224 at least; ATS wants EC 256).',
        evidence: key,
      });
    }
    if (/sha-?1(?!\d)|md[245]/i.test(signatureAlgorithm ?? '')) {
      probe.report({ where: 'Certificate', message: 'It is signed over a digest that can be forged.', evidence: signatureAlgorithm ?? '' });
    }
  },
});
