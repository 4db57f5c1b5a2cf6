import { createHash } from 'node:crypto';
import { redactText } from '@sallyport/protocol';
import type { Audit } from '../../audit.ts';
import type { Finding, State } from '../../judge/finding.ts';
import type { ApiFinding } from '../api-audit.ts';

export interface Verdict {
  readonly state: State;
  readonly why: string | undefined;
  readonly findings: readonly Finding[];
  /** The state without the findings, when that is not `pass`. */
  readonly otherwise: State | undefined;
  /** Says what was not given. */
  readonly unseen: string | undefined;
}

/** Gathers what one audit says, and concludes. */
export interface FindingCollector {
  report(finding: ApiFinding): void;
  /** `not-given`: not applicable, because what it takes was not given. */
  settle(state: 'inconclusive' | 'manual' | 'not-applicable' | 'not-given' | 'error', why: string): void;
  note(text: string): void;
  conclude(): Verdict;
}

/** Evidence is for recognising, not for reading; what is longer is cut. */
const MAX_EVIDENCE = 300;

/** One weakness seen at more places than this is said once more and then no more. */
const MAX_FINDINGS = 50;

/** @param secrets texts that must not appear anywhere in a report. */
export function collectFindings(audit: Pick<Audit, 'id' | 'severity'>, secrets: readonly string[]): FindingCollector {
  const findings: Finding[] = [];
  const notes: string[] = [];
  let settled: { state: State; why: string } | undefined;
  let unseen: string | undefined;
  const clean = (text: string) => {
    let shown = text;
    for (const secret of secrets) if (secret.length >= 4) shown = shown.replaceAll(secret, '[redacted]');
    // Control characters from a server would drive the reader's terminal.
    return redactText(shown).replace(/[\p{Cc}\u2028\u2029]+/gu, ' ');
  };
  return {
    report({ where, message, evidence = '', severity = audit.severity, confidence = 'high' }) {
      if (findings.length >= MAX_FINDINGS) return;
      findings.push({
        audit: audit.id,
        severity,
        confidence,
        path: clean(where),
        line: 0,
        column: 1,
        endLine: 0,
        endColumn: 1,
        evidence: clean(evidence).slice(0, MAX_EVIDENCE),
        message: clean(message),
        // Not the evidence: ids and times in it change with every run.
        fingerprint: createHash('sha256')
          .update(`${audit.id}\n${clean(where)}\n${findings.filter(({ path }) => path === clean(where)).length}`)
          .digest('hex')
          .slice(0, 32),
        related: [],
      });
    },
    settle: (state, why) => {
      unseen = state === 'not-given' ? clean(why) : undefined;
      settled = { state: state === 'not-given' ? 'not-applicable' : state, why: clean(why) };
    },
    note: (text) => void notes.push(clean(text)),
    conclude() {
      const why = [...(settled === undefined ? [] : [settled.why]), ...notes].join(' ') || undefined;
      const counts = findings.some(({ severity, confidence }) => severity !== 'info' && severity !== 'low' && confidence !== 'low');
      const verdict = (state: State): Verdict => ({ state, why, findings, otherwise: settled?.state, unseen });
      // What was seen before a probe failed stays seen.
      if (counts) return verdict('fail');
      if (settled?.state === 'error') return verdict('error');
      return verdict(findings.length > 0 ? 'warn' : (settled?.state ?? 'pass'));
    },
  };
}
