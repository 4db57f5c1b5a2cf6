import { type Report, referenceList } from './report.ts';

/** The report for programs. The shape is versioned; fields are added, never changed. */
export function jsonReport(report: Report): string {
  const { judgement } = report;
  return `${JSON.stringify(
    {
      version: 1,
      tool: { name: 'sallyport', version: report.version },
      subject: report.subject,
      checkedAt: report.at,
      seconds: report.seconds,
      gate: judgement.gate,
      counts: judgement.counts,
      states: judgement.states,
      hidden: judgement.hidden,
      checklist: report.checklist,
      findings: judgement.open,
      accepted: judgement.accepted,
      audits: judgement.results.map(({ audit, state, why, findings }) => ({
        id: audit.id,
        area: audit.area,
        title: findings.length > 0 ? audit.failingTitle : audit.title,
        severity: audit.severity,
        state,
        why,
        findings: findings.length,
        checklist: audit.references.checklist,
        references: referenceList(audit),
        remedy: audit.remedy,
      })),
      notes: report.notes,
    },
    null,
    2,
  )}\n`;
}
