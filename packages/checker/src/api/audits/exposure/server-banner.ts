import { defineApiAudit } from '../../api-audit.ts';

/** Fields whose only use is to say what runs there. */
const TALKATIVE = [
  'x-powered-by',
  'x-aspnet-version',
  'x-aspnetmvc-version',
  'x-runtime',
  'x-generator',
  'x-version',
  'x-drupal-cache',
  'x-debug-token',
  'x-backend-server',
];

export const serverBanner = defineApiAudit({
  id: 'server-banner',
  area: 'exposure',
  title: 'Header fields do not name software and versions',
  failingTitle: 'Header fields name software and versions',
  severity: 'low',
  references: { checklist: 'errors-reveal-nothing', cwe: [200], api10: ['API8:2023'] },
  why: 'A version is looked up in a list of holes, by machines, within hours of a new one.',
  remedy: { text: 'Switch the fields off.', language: 'nginx', code: 'server_tokens off;\nproxy_hide_header X-Powered-By;' },
  needs: ['anonymous'],
  check({ anonymous: { headers, request } }, probe) {
    const shown = TALKATIVE.filter((name) => headers[name] !== undefined).map((name) => `${name}: ${headers[name]}`);
    for (const name of ['server', 'via'])
      if (/\/\s?\d|\d+\.\d+/.test(headers[name]?.replace(/^\d(\.\d)? /, '') ?? '')) shown.push(`${name}: ${headers[name]}`);
    if (shown.length > 0)
      probe.report({ where: probe.nameOf(request), message: 'Header fields say what runs there.', evidence: shown.join('; ') });
  },
});
