import { defineApiAudit } from '../../api-audit.ts';

export const pinsMatch = defineApiAudit({
  id: 'pins-match',
  area: 'pinning',
  title: 'A pin of the app matches the live server',
  failingTitle: 'No pin of the app matches the live server',
  severity: 'critical',
  references: {
    checklist: 'pins',
    masvs: ['MASVS-NETWORK-2'],
    mastg: ['MASTG-TEST-0385'],
    cwe: [295],
  },
  why: 'An app whose pins do not match the server it is made for cannot connect at all; the usual emergency measure is to switch pinning off.',
  remedy: {
    text: 'Pin the key that is served and its successor, and rotate in that order.',
    language: 'sh',
    code: 'sallyport pins make --host api.example\nsallyport pins rehearse',
  },
  needs: ['pins', 'certificate'],
  check({ pins, certificate }, probe) {
    if (pins.some((pin) => certificate.pins.includes(pin))) return;
    probe.report({
      where: 'Certificate',
      message: `None of the ${pins.length} pins is of a key in the served chain.`,
      evidence: `served: ${certificate.pins.join(', ')}`,
    });
  },
});
