import { collectFindings } from '../api/run/collect-findings.ts';
import type { AuditResult } from '../judge/run-audits.ts';
import { asAudit, type ProxyAudit } from './proxy-audit.ts';
import type { ProxySight } from './proxy-record.ts';

/** Asks each audit what it says of a run. One that throws is its own error only. */
export function auditSight(audits: readonly ProxyAudit[], sight: ProxySight): AuditResult[] {
  return audits.map((audit) => {
    const collector = collectFindings(audit, []);
    try {
      audit.check(sight, {
        report: collector.report,
        inconclusive: (why) => collector.settle('inconclusive', why),
        manual: (why) => collector.settle('manual', why),
      });
    } catch (error) {
      collector.settle('error', `The audit itself failed: ${(error as Error).message}`);
    }
    return { audit: asAudit(audit), ...collector.conclude() };
  });
}
