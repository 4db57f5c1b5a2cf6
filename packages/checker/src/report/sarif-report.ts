import type { Audit, Severity } from '../audit.ts';
import type { Finding } from '../judge/finding.ts';
import { remedyCodes } from './remedy-codes.ts';
import { type Report, referenceList } from './report.ts';
import { SUBJECT_WORDS } from './subject.ts';

const LEVEL: Record<Severity, string> = { critical: 'error', high: 'error', medium: 'warning', low: 'note', info: 'note' };
/** GitHub orders security alerts by this number. */
const SECURITY_SEVERITY: Record<Severity, string> = { critical: '9.5', high: '8.0', medium: '5.5', low: '3.0', info: '0.5' };
/** GitHub shows at most ten locations a result. */
const MAX_LOCATIONS = 10;

/** SARIF 2.1.0 (OASIS). One result a finding; accepted findings are there, suppressed with their reason. */
export function sarifReport(report: Report): string {
  const words = SUBJECT_WORDS[report.subject.kind];
  const audits = report.judgement.results.map(({ audit }) => audit);
  const index = new Map(audits.map((audit, at) => [audit.id, at]));
  const findings = [...report.judgement.open, ...report.judgement.accepted];
  return `${JSON.stringify(
    {
      $schema: 'https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json',
      version: '2.1.0',
      runs: [
        {
          tool: {
            driver: {
              name: 'Sallyport',
              semanticVersion: report.version,
              informationUri: 'https://github.com/sallyport/sallyport',
              rules: audits.map((audit) => rule(audit, findings)),
            },
          },
          automationDetails: { id: words.automation },
          columnKind: 'utf16CodeUnits',
          originalUriBaseIds: { APP: { description: { text: words.root } } },
          invocations: [
            {
              executionSuccessful: true,
              endTimeUtc: report.at,
              toolExecutionNotifications: [
                ...report.notes.map((note) => ({
                  level: 'note',
                  message: { text: note.path === '' ? note.message : `${note.path}: ${note.message}` },
                })),
                ...report.judgement.results
                  .filter(({ state }) => state === 'error' || state === 'inconclusive')
                  .map(({ audit, state, why }) => ({
                    level: state === 'error' ? 'error' : 'warning',
                    message: { text: `${audit.id}: ${why ?? state}` },
                  })),
              ],
            },
          ],
          properties: { releaseChecklist: report.checklist },
          results: findings.map((finding) => result(finding, index.get(finding.audit) ?? 0)),
        },
      ],
    },
    null,
    2,
  )}\n`;
}

function rule(audit: Audit, findings: readonly Finding[]) {
  const codes = remedyCodes(
    audit,
    findings.filter((finding) => finding.audit === audit.id).map(({ path }) => path),
  );
  return {
    id: audit.id,
    // SARIF1001: a name that is the id again says nothing, and for one word it would be.
    ...(audit.id.includes('-') && { name: audit.id.replaceAll(/(?:^|-)(\w)/g, (_, letter: string) => letter.toUpperCase()) }),
    shortDescription: { text: `${audit.failingTitle}.` },
    fullDescription: { text: audit.why },
    help: {
      text: [audit.remedy.text, ...codes.map(({ code }) => code)].join('\n\n'),
      markdown: [
        audit.remedy.text,
        ...codes.map(({ language, code }) => `\`\`\`${language}\n${code}\n\`\`\``),
        referenceList(audit).join(' · '),
      ].join('\n\n'),
    },
    defaultConfiguration: { level: LEVEL[audit.severity] },
    properties: {
      tags: ['security', audit.area, ...audit.references.cwe.map((number) => `external/cwe/cwe-${String(number).padStart(3, '0')}`)],
      'security-severity': SECURITY_SEVERITY[audit.severity],
      precision: 'high',
    },
  };
}

function result(finding: Finding, ruleIndex: number) {
  return {
    ruleId: finding.audit,
    ruleIndex,
    level: LEVEL[finding.severity],
    message: { text: finding.message },
    locations: [location(finding.path, finding.line, finding)],
    ...(finding.related.length > 0
      ? {
          relatedLocations: finding.related
            .slice(0, MAX_LOCATIONS - 1)
            .map((item, id) => ({ id, ...location(item.path, item.line), message: { text: item.message } })),
        }
      : {}),
    partialFingerprints: { 'sallyport/v1': finding.fingerprint },
    properties: { confidence: finding.confidence },
    ...(finding.accepted === undefined
      ? {}
      : {
          suppressions: [
            {
              kind: 'external',
              status: 'accepted',
              justification:
                finding.accepted.owner === undefined
                  ? finding.accepted.reason
                  : `${finding.accepted.reason} (${finding.accepted.owner}, until ${finding.accepted.expires})`,
            },
          ],
        }),
  };
}

function location(path: string, line: number, finding?: Finding) {
  const uri = path.split('/').map(encodeURIComponent).join('/');
  return {
    physicalLocation: {
      artifactLocation: { uri: uri === '' ? '.' : uri, uriBaseId: 'APP' },
      // A finding about a file as a whole stands at its first line.
      region:
        finding === undefined || line === 0
          ? { startLine: Math.max(1, line), startColumn: 1, endLine: Math.max(1, line), endColumn: 2 }
          : {
              startLine: line,
              startColumn: finding.column,
              endLine: Math.max(line, finding.endLine),
              endColumn: finding.endColumn,
              snippet: { text: finding.evidence },
            },
    },
  };
}
