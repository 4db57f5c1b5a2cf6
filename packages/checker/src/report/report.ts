import type { Audit } from '../audit.ts';
import { lineOf } from '../checklist/line-of.ts';
import type { Note } from '../gather/artifacts.ts';
import type { Judgement } from '../judge/judge.ts';

/** Everything a report shows, whatever its form. */
export interface Report {
  /** Last part of the checked path: never the whole, which may hold a person's name. */
  readonly app: string;
  readonly version: string;
  /** ISO date and time. */
  readonly at: string;
  readonly seconds: number;
  readonly lines: number;
  readonly files: number;
  readonly judgement: Judgement;
  readonly notes: readonly Note[];
  readonly audits: ReadonlyMap<string, Audit>;
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
