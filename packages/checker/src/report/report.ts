import type { Audit } from '../audit.ts';
import { lineOf } from '../checklist/line-of.ts';
import type { LineVerdict } from '../checklist/line-verdict.ts';
import type { Note } from '../gather/artifacts.ts';
import type { Judgement } from '../judge/judge.ts';
import type { Subject } from './subject.ts';

/** Everything a report shows, whatever its form. */
export interface Report {
  readonly subject: Subject;
  readonly version: string;
  /** ISO date and time. */
  readonly at: string;
  readonly seconds: number;
  readonly judgement: Judgement;
  /** Every line of the release checklist, as far as this run shows it. */
  readonly checklist: readonly LineVerdict[];
  readonly notes: readonly Note[];
}

/** All references of an audit as short texts: `MASVS-STORAGE-1`, `CWE-312`, … */
export function referenceList(audit: Audit): string[] {
  const { references } = audit;
  return [
    ...(references.masvs ?? []),
    ...(references.mastg ?? []),
    ...(references.maswe ?? []),
    ...references.cwe.map((number) => `CWE-${number}`),
    ...(references.api10 ?? []),
  ];
}

/** The line of the release checklist an audit helps to prove. @example 'Release checklist: HTTPS only, TLS ≥ 1.2' */
export function checklistPhrase({ references }: Audit): string {
  const { text, release } = lineOf(references.checklist);
  return `${release ? 'Release checklist' : 'Beyond the checklist'}: ${text}`;
}

export const plural = (count: number, word: string): string => `${count} ${word}${count === 1 ? '' : 's'}`;
