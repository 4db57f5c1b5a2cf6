import { type AuditContext, defineAudit, type FindingInput } from '../../audit.ts';
import { here } from '../event-place.ts';
import { plistAt, plistPlace } from '../plist-values.ts';
import { trustKitDomains } from './declared-pins.ts';

/** Days before the end at which it is told: a release, its review, and people's updates take about that long. */
const NOTICE = 30;
const DAY = 86_400_000;
const DATE = /^\d{4}-\d{2}-\d{2}/;

const networkConfig = (expiration: string, today: string) => ({
  path: 'res/xml/network_security_config.xml',
  today,
  text: `<network-security-config><domain-config><domain>a.example</domain><pin-set expiration="${expiration}"><pin digest="SHA-256">a</pin><pin digest="SHA-256">b</pin></pin-set></domain-config></network-security-config>`,
});
const trustKit = (expiration: string, today: string) => ({
  path: 'Info.plist',
  today,
  text: `<plist><dict><key>TSKConfiguration</key><dict><key>TSKPinnedDomains</key><dict><key>a.example</key><dict><key>TSKExpirationDate</key><string>${expiration}</string></dict></dict></dict></dict></plist>`,
});

export const pinsExpired = defineAudit({
  id: 'pins-expired',
  area: 'pinning',
  title: 'No pins are past the date until which they hold',
  failingTitle: 'Pins are past the date until which they hold, or soon will be',
  severity: 'high',
  references: {
    checklist: 'pins',
    masvs: ['MASVS-NETWORK-2'],
    mastg: ['MASTG-TEST-0243'],
    maswe: ['MASWE-0047'],
    cwe: [298, 295],
  },
  why: 'Android and TrustKit stop pinning on that day without a word: any certificate of any authority the device trusts is then accepted.',
  remedy: {
    text: 'Release the app with the pins of today’s keys and a later date, before the old one has come.',
    language: 'xml',
    code: '<pin-set expiration="2030-01-01">\n  <pin digest="SHA-256">active…</pin>\n  <pin digest="SHA-256">backup…</pin>\n</pin-set>',
  },
  needs: ['code', 'plists', 'texts'],
  samples: {
    fail: [
      networkConfig('2026-01-01', '2026-06-01'),
      networkConfig('2026-06-20', '2026-06-01'),
      trustKit('2026-01-01', '2026-06-01'),
      { today: '2026-06-01', text: 'let rules: [String: Any] = [kTSKPublicKeyHashes: pins, kTSKExpirationDate: "2026-01-01"]' },
      { path: 'Net.m', today: '2026-06-01', text: '- (NSDictionary *)rules { return @{ kTSKExpirationDate: @"2026-01-01" }; }' },
    ],
    pass: [
      networkConfig('2026-09-01', '2026-06-01'),
      trustKit('2027-01-01', '2026-06-01'),
      { today: '2026-06-01', text: 'let rules: [String: Any] = [kTSKExpirationDate: "2027-01-01"]' },
    ],
  },
  dictionaries(event, context) {
    for (const { key, keyNode, value } of event.entries)
      if (/^k?TSKExpirationDate$|^expirationDate$/.test(key.symbol ?? key.text ?? '') && DATE.test(value.text ?? ''))
        judge(value.text as string, { at: here(event.scene, keyNode) }, context);
  },
  check(artifacts, context) {
    for (const plist of artifacts.plists)
      for (const [, rules] of trustKitDomains(plist)) {
        const date = plistAt(rules, 'TSKExpirationDate');
        if (date?.kind === 'text') judge(date.text, { place: plistPlace(plist, date) }, context);
      }
    for (const file of artifacts.texts) {
      if (file.role !== 'android-network-config') continue;
      for (const set of file.source.matchAll(/<pin-set\b[^>]*\bexpiration\s*=\s*["']([^"']+)["'][^>]*>/g)) {
        const line = file.source.slice(0, set.index).split('\n').length;
        judge(set[1] as string, { place: { path: file.path, line, evidence: set[0] } }, context);
      }
    }
  },
});

/** @param date `YYYY-MM-DD`, with or without a time. */
function judge(date: string, where: Pick<FindingInput, 'at' | 'place'>, context: AuditContext): void {
  const { today } = context.artifacts;
  const ends = Date.parse(date.slice(0, 10));
  if (today === undefined || Number.isNaN(ends)) return;
  const days = Math.round((ends - Date.parse(today)) / DAY);
  if (days <= 0) context.report({ ...where, message: `Since ${date.slice(0, 10)} these pins are not enforced any more.` });
  else if (days <= NOTICE)
    context.report({
      ...where,
      message: `From ${date.slice(0, 10)}, in ${days === 1 ? 'one day' : `${days} days`}, these pins are not enforced.`,
      severity: 'medium',
    });
}
