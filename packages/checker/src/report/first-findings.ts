import type { Audit } from '../audit.ts';
import type { Finding } from '../judge/finding.ts';
import { oneLine } from './one-line.ts';

/** So many are told before the report; more would be the report, in no order. */
const MAX_TOLD = 3;

/**
 * Tells the first findings as they are made, so that a person at a terminal has something to act on while a large app is still being
 * read. What the report will not count (`isCounted`) is not told.
 */
export function firstFindings(
  audits: readonly Audit[],
  isCounted: (finding: Finding) => boolean,
  say: (text: string) => void,
): (finding: Finding) => void {
  const titles = new Map(audits.map((audit) => [audit.id, audit.failingTitle]));
  const told = new Set<string>();
  return (finding) => {
    if (told.size >= MAX_TOLD || told.has(finding.fingerprint) || finding.severity === 'info' || !isCounted(finding)) return;
    told.add(finding.fingerprint);
    const line = finding.line > 0 ? `:${finding.line}` : '';
    say(`${finding.severity.toUpperCase().padEnd(8)} ${titles.get(finding.audit) ?? finding.audit}: ${oneLine(finding.path)}${line}`);
  };
}

/** Audits that need neither code nor history: they can be asked as soon as the configuration is read. */
export const isQuick = (audit: Audit): boolean =>
  audit.applies === undefined && !audit.needs.some((need) => need === 'code' || need === 'history' || need === 'binaries');
