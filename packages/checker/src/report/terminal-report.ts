import { SEVERITIES } from '../audit.ts';
import { checklistText } from './checklist-text.ts';
import { oneLine } from './one-line.ts';
import { createPaint } from './paint.ts';
import { plural, type Report, referenceList } from './report.ts';
import { effortText, SUBJECT_WORDS } from './subject.ts';
import { wrap } from './wrap.ts';

export interface Style {
  readonly color: boolean;
  readonly width: number;
}

/** Per audit; the rest is counted. The whole list is in the other formats. */
const SHOWN_PER_AUDIT = 5;

/** The report for a person at a terminal: what was checked, findings worst first grouped by audit, what could not be checked, the verdict. */
export function terminalReport(report: Report, style: Style): string {
  const { judgement } = report;
  const paint = createPaint(style.color);
  const out: string[] = [];
  const order = [...new Set(judgement.open.map((finding) => finding.audit))];
  for (const id of order) {
    const audit = judgement.results.find((result) => result.audit.id === id)?.audit;
    if (audit === undefined) continue;
    const findings = judgement.open.filter((finding) => finding.audit === id);
    const worst = findings[0]?.severity ?? audit.severity;
    out.push(
      `${paint(worst.toUpperCase().padEnd(8), worst)} ${paint(audit.failingTitle, 'bold')} ${paint(`(${id}, ${findings.length})`, 'dim')}`,
    );
    for (const finding of findings.slice(0, SHOWN_PER_AUDIT)) {
      out.push(
        `  ${oneLine(finding.path)}${finding.line > 0 ? `:${finding.line}` : ''}  ${finding.message}${finding.confidence === 'high' ? '' : paint(` [${finding.confidence} confidence]`, 'dim')}`,
      );
      for (const { path, line, message } of finding.related) out.push(paint(`    ${message}: ${oneLine(path)}:${line}`, 'dim'));
      if (finding.evidence !== '') out.push(paint(`    ${finding.evidence.slice(0, Math.max(40, style.width - 6))}`, 'dim'));
    }
    if (findings.length > SHOWN_PER_AUDIT) out.push(paint(`  … and ${findings.length - SHOWN_PER_AUDIT} more`, 'dim'));
    out.push(...wrap(`Fix: ${audit.remedy.text}`, style.width - 2).map((line) => `  ${line}`));
    out.push(paint(`  ${referenceList(audit).join(' · ')}`, 'dim'), '');
  }
  const unclear = judgement.results.filter(({ state }) => state === 'error' || state === 'inconclusive' || state === 'manual');
  if (unclear.length > 0) {
    out.push(paint('Could not be decided', 'bold'));
    // One thing not given keeps many audits from deciding: said once, behind all of them.
    for (const together of Map.groupBy(unclear, ({ state, why = '' }) => `${state}\0${why}`).values()) {
      const [first] = together;
      const titles = together.map(({ audit }) => audit.title).join('; ');
      out.push(...wrap(`${first?.state}: ${titles}. ${first?.why ?? ''}`, style.width - 2).map((line) => `  ${line}`));
    }
    out.push('');
  }
  if (report.notes.length > 0) {
    out.push(paint(SUBJECT_WORDS[report.subject.kind].notes, 'bold'));
    for (const note of report.notes.slice(0, 12))
      out.push(
        ...wrap(note.path === '' ? note.message : `${oneLine(note.path)}: ${note.message}`, style.width - 2).map((line) => `  ${line}`),
      );
    if (report.notes.length > 12) out.push(paint(`  … and ${report.notes.length - 12} more`, 'dim'));
    out.push('');
  }
  out.push(...checklistText(report.checklist, report.subject.kind, style.width, paint), '');
  const counted = [...SEVERITIES]
    .reverse()
    .filter((severity) => judgement.counts[severity] > 0)
    .map((severity) => paint(`${judgement.counts[severity]} ${severity}`, severity));
  const { states } = judgement;
  out.push(
    `${report.subject.name}: ${effortText(report.subject)}, ${plural(judgement.results.length, 'audit')} in ${report.seconds.toFixed(1)} s`,
  );
  out.push(
    `  passed ${states.pass} · failed ${states.fail} · warned ${states.warn} · by hand ${states.manual} · undecided ${states.inconclusive} · not applicable ${states['not-applicable']} · broken ${states.error}`,
  );
  out.push(
    `  findings: ${counted.length === 0 ? paint('none', 'good') : counted.join(', ')}${judgement.accepted.length > 0 ? `, accepted ${judgement.accepted.length}` : ''}${judgement.hidden > 0 ? paint(`, ${judgement.hidden} of low confidence hidden (--all)`, 'dim') : ''}`,
  );
  out.push(judgement.gate.open ? paint('Gate open.', 'good') : paint(`Gate closed: ${judgement.gate.because.join('; ')}.`, 'high'));
  return `${out.join('\n')}\n`;
}
