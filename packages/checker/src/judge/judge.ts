import { SEVERITIES, type Severity } from '../audit.ts';
import { type AcceptedRisk, coveringRisk } from './accepted-risks.ts';
import type { Finding, State } from './finding.ts';
import type { AuditResult } from './run-audits.ts';

export interface JudgeOptions {
  readonly risks: readonly AcceptedRisk[];
  /** Fingerprints that were there before; only what is new counts. */
  readonly baseline: ReadonlySet<string>;
  /** `YYYY-MM-DD`. */
  readonly today: string;
  /** The gate closes from this severity up; `none` leaves only the named audits. */
  readonly failOn: Severity | 'none';
  /** Audits that close the gate whatever their severity. */
  readonly failOnAudits: readonly string[];
  /** Count findings of low confidence as well. */
  readonly all: boolean;
}

export interface Judgement {
  readonly results: readonly AuditResult[];
  /** Findings that count, worst first. */
  readonly open: readonly Finding[];
  readonly accepted: readonly Finding[];
  /** Low-confidence findings that are not shown by default. */
  readonly hidden: number;
  readonly counts: Readonly<Record<Severity, number>>;
  readonly states: Readonly<Record<State, number>>;
  readonly gate: { readonly open: boolean; readonly because: readonly string[] };
}

const severityRank = (severity: Severity): number => SEVERITIES.indexOf(severity);

const CONFIDENCE_RANK = { high: 0, medium: 1, low: 2 } as const;

/** Applies accepted risks, baseline and gate to what the audits found. The gate looks at severity and names, never at a score. */
export function judge(results: readonly AuditResult[], options: JudgeOptions): Judgement {
  const open: Finding[] = [];
  const accepted: Finding[] = [];
  let hidden = 0;
  const judged = results.map((result): AuditResult => {
    const findings = result.findings.map((finding): Finding => {
      const risk = coveringRisk(finding, options.risks, options.today);
      if (risk !== undefined)
        return { ...finding, accepted: { by: 'risk', reason: risk.reason, owner: risk.owner, expires: risk.expires } };
      if (options.baseline.has(finding.fingerprint))
        return { ...finding, accepted: { by: 'baseline', reason: 'known before the baseline' } };
      return finding;
    });
    let counted = 0;
    for (const finding of findings) {
      if (finding.accepted !== undefined) accepted.push(finding);
      else if (finding.confidence === 'low' && !options.all) hidden++;
      else {
        open.push(finding);
        counted++;
      }
    }
    const state: State =
      (result.state === 'fail' || result.state === 'warn') && counted === 0
        ? findings.some((finding) => finding.accepted === undefined)
          ? 'warn'
          : (result.otherwise ?? 'pass')
        : result.state;
    return { ...result, state, findings };
  });
  open.sort(
    (left, right) =>
      severityRank(right.severity) - severityRank(left.severity) ||
      CONFIDENCE_RANK[left.confidence] - CONFIDENCE_RANK[right.confidence] ||
      (left.path < right.path ? -1 : left.path > right.path ? 1 : left.line - right.line),
  );
  const counts = { info: 0, low: 0, medium: 0, high: 0, critical: 0 };
  for (const finding of open) counts[finding.severity]++;
  const states: Record<State, number> = { pass: 0, fail: 0, warn: 0, manual: 0, 'not-applicable': 0, inconclusive: 0, error: 0 };
  for (const result of judged) states[result.state]++;
  const because = gateReasons(open, options);
  return { results: judged, open, accepted, hidden, counts, states, gate: { open: because.length === 0, because } };
}

function gateReasons(open: readonly Finding[], options: JudgeOptions): string[] {
  const reasons: string[] = [];
  const { failOn } = options;
  const severe =
    failOn === 'none'
      ? 0
      : open.filter((finding) => finding.confidence !== 'low' && severityRank(finding.severity) >= severityRank(failOn)).length;
  if (severe > 0) reasons.push(`${severe} finding${severe === 1 ? '' : 's'} of severity ${failOn} or worse`);
  for (const id of options.failOnAudits) {
    const count = open.filter((finding) => finding.audit === id).length;
    if (count > 0) reasons.push(`${count} of ${id}`);
  }
  return reasons;
}
