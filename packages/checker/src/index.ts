export {
  type Audit,
  type AuditContext,
  type Confidence,
  defineAudit,
  type FindingInput,
  type References,
  SEVERITIES,
  type Severity,
} from './audit.ts';
export { audits } from './audits/index.ts';
export type { CheckIo } from './check-io.ts';
export { GatherError, gather } from './gather/gather.ts';
export type { Finding, State } from './judge/finding.ts';
export { type AuditResult, runAudits } from './judge/run-audits.ts';
export { auditReference } from './report/audit-reference.ts';
export { checklistReference } from './report/checklist-reference.ts';
