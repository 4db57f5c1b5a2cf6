import { expect, it } from 'vitest';
import { defineAudit } from '../audit.ts';
import { judge } from '../judge/judge.ts';
import { terminalReport } from './terminal-report.ts';

const audit = (id: string, title: string) =>
  defineAudit({
    id,
    area: 'transport',
    title,
    failingTitle: `${title}: no`,
    severity: 'high',
    references: { checklist: 'ats', cwe: [319] },
    why: 'because',
    remedy: { text: 'mend it', language: 'swift', code: 'mend()' },
    needs: ['code'],
    samples: { fail: [], pass: [] },
  });
const undecided = (title: string, why: string) =>
  ({ audit: audit(title.toLowerCase(), title), state: 'inconclusive', why, findings: [] }) as const;

it('says a reason once, behind all audits it keeps from deciding', () => {
  const results = [
    undecided('Signed', 'The host is down.'),
    undecided('Pinned', 'No pins were given.'),
    undecided('Timed', 'The host is down.'),
  ];
  const judgement = judge(results, { risks: [], baseline: new Set(), today: '2026-06-01', failOn: 'high', failOnAudits: [], all: false });
  const subject = { kind: 'api', name: 'api.example.com', effort: [] } as const;
  const report = { subject, version: '0', at: '2026-06-01T12:00:00Z', seconds: 1, judgement, checklist: [], notes: [] };
  const text = terminalReport(report, { color: false, width: 200 });
  expect(text).toContain('inconclusive: Signed; Timed. The host is down.\n');
  expect(text).toContain('inconclusive: Pinned. No pins were given.\n');
  expect(text.split('The host is down.')).toHaveLength(2);
});
