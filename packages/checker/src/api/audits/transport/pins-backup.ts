import { defineApiAudit } from '../../api-audit.ts';

export const pinsBackup = defineApiAudit({
  id: 'pins-backup',
  area: 'pinning',
  title: 'There is a backup pin',
  failingTitle: 'There is no backup pin',
  severity: 'medium',
  references: { checklist: 'pins', masvs: ['MASVS-NETWORK-2'], cwe: [295] },
  why: 'When the served key is lost or stolen, an app without a pin for another key stays shut out until every user has updated.',
  remedy: {
    text: 'Make a second key, keep it offline, and pin it as well (RFC 7469 §4.3).',
    language: 'sh',
    code: 'sallyport pins make --backup',
  },
  needs: ['pins', 'certificate'],
  check({ pins, certificate }, probe) {
    const distinct = new Set<string>(pins);
    const spare = [...distinct].filter((pin) => !certificate.pins.includes(pin));
    if (spare.length > 0) return;
    probe.report({
      where: 'Pins',
      message:
        distinct.size === 1 ? 'There is one pin only.' : 'Every pin is of a key in the chain served now; none is of a key held back.',
      evidence: [...distinct].join(', '),
    });
  },
});
