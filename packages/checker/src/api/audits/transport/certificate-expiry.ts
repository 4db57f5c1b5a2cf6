import { defineApiAudit } from '../../api-audit.ts';

const DAY = 86_400_000;

/** A third of the 90 days common today: renewal by then is late, and 47-day certificates are renewed well before. */
const SOON = 14 * DAY;

/** The longest life the CA/Browser Forum admits for certificates issued now. Private authorities may do otherwise. */
const LONGEST = 398 * DAY;

export const certificateExpiry = defineApiAudit({
  id: 'certificate-expiry',
  area: 'transport',
  title: 'The certificate is in date',
  failingTitle: 'The certificate is out of date, or nearly',
  severity: 'high',
  references: { checklist: 'https-only', masvs: ['MASVS-NETWORK-1'], cwe: [298], api10: ['API8:2023'] },
  why: 'On the day after, no app connects any more, or every app has been taught to look away.',
  remedy: {
    text: 'Renew by a program, and be told when it fails.',
    language: 'sh',
    code: 'certbot renew --deploy-hook "systemctl reload nginx"\nsallyport pins watch',
  },
  needs: ['certificate'],
  check({ certificate: { notBefore, notAfter } }, probe) {
    const now = probe.now();
    const evidence = `valid from ${day(notBefore)} to ${day(notAfter)}`;
    const left = notAfter - now;
    if (left <= 0) probe.report({ where: 'Certificate', message: `It ran out on ${day(notAfter)}.`, evidence });
    else if (notBefore > now) probe.report({ where: 'Certificate', message: 'It is not valid yet; is a clock wrong?', evidence });
    else if (left < SOON && left < (notAfter - notBefore) / 3) {
      probe.report({
        where: 'Certificate',
        message: `It expires in ${Math.floor(left / DAY)} days; renewal is overdue.`,
        evidence,
        severity: 'low',
      });
    } else if (notAfter - notBefore > LONGEST) {
      probe.report({
        where: 'Certificate',
        message: 'It lives longer than 398 days; iOS refuses that of public authorities.',
        evidence,
        severity: 'info',
      });
    }
  },
});

const day = (time: number) => new Date(time).toISOString().slice(0, 10);
