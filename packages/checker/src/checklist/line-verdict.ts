import type { Audit } from '../audit.ts';
import type { Finding, State } from '../judge/finding.ts';
import type { AuditResult } from '../judge/run-audits.ts';
import { type ChecklistLine, PROVER_COMMANDS, type Prover, type ReleaseLineId, releaseChecklist } from './release-checklist.ts';

/**
 * What one run shows of a line, in the order that decides: `broken` by a finding; `not-shown` when an audit came to no verdict or did
 * not look; `by-hand` when a person has to; `accepted` when all that was found is an accepted risk; `not-applicable` when the question
 * does not arise; else `proved`.
 */
export const LINE_STATES = ['broken', 'not-shown', 'by-hand', 'accepted', 'not-applicable', 'proved'] as const;
export type LineState = (typeof LINE_STATES)[number];

/** A line of the release checklist after one run. */
export interface LineVerdict {
  readonly id: ReleaseLineId;
  readonly text: string;
  readonly provedBy: readonly Prover[];
  readonly state: LineState;
  /** One sentence or less; undefined when the state says it all. */
  readonly why?: string;
  /** Whether this run looked and came to no verdict (`not-shown` only): another run's word does not make up for it. */
  readonly undecided: boolean;
  /** Findings that break the line, or accepted ones. */
  readonly findings: number;
  /** First day, `YYYY-MM-DD`, on which an accepted risk of this line runs out. */
  readonly acceptedUntil?: string;
  readonly audits: readonly { readonly id: string; readonly state: State | 'not-run' }[];
}

/**
 * Says of each line what a run shows.
 *
 * @param audits all of this kind of run, so that one left out by `--only` is missed.
 * @param results as judged.
 * @example lineVerdicts('app', audits, judgement.results)
 */
export function lineVerdicts(kind: Prover, audits: readonly Audit[], results: readonly AuditResult[]): LineVerdict[] {
  const ran = new Map(results.map((result) => [result.audit.id, result]));
  return releaseChecklist.map((line) => {
    const own = audits.filter(({ references }) => references.checklist === line.id);
    return {
      id: line.id,
      text: line.text,
      provedBy: line.provedBy,
      undecided: false,
      findings: 0,
      audits: own.map(({ id }) => ({ id, state: ran.get(id)?.state ?? 'not-run' })),
      ...decide(line, kind, own, ran),
    };
  });
}

type Decision = Pick<LineVerdict, 'state' | 'why'> & Partial<Pick<LineVerdict, 'undecided' | 'findings' | 'acceptedUntil'>>;

function decide(line: ChecklistLine, kind: Prover, own: readonly Audit[], ran: ReadonlyMap<string, AuditResult>): Decision {
  const results = own.flatMap(({ id }) => ran.get(id) ?? []);
  const findings = results.flatMap((result) => result.findings);
  // A baseline keeps old findings from the gate, not from the checklist: nobody answers for them.
  const open = findings.filter(({ accepted }) => accepted?.by !== 'risk');
  const broken = open.filter(({ confidence, severity }) => confidence !== 'low' && severity !== 'info');
  if (broken.length > 0) return { state: 'broken', findings: broken.length, why: countByAudit(broken) };

  if (!line.provedBy.includes(kind)) return { state: 'not-shown', why: `proved by ${commands(line.provedBy)}` };
  const undecided = results.filter(({ state, otherwise }) =>
    [state, otherwise].some((each) => each === 'error' || each === 'inconclusive'),
  );
  if (undecided.length > 0) return { state: 'not-shown', undecided: true, why: reasons(undecided) };
  const left = own.filter(({ id }) => !ran.has(id));
  if (own.length === 0 || left.length > 0) return { state: 'not-shown', why: `not run: ${left.map(({ id }) => id).join(', ')}` };
  const unseen = results.flatMap((result) => result.unseen ?? []);
  if (unseen.length > 0) return { state: 'not-shown', why: [...new Set(unseen)].join(' ') };

  const manual = results.filter(({ state, otherwise }) => state === 'manual' || otherwise === 'manual');
  if (manual.length > 0) return { state: 'by-hand', why: reasons(manual) };
  if (open.length > 0) return { state: 'by-hand', why: `worth a look (--all): ${countByAudit(open)}` };
  const accepted = findings.flatMap((finding) => finding.accepted?.expires ?? []).sort();
  if (accepted[0] !== undefined)
    return { state: 'accepted', findings: accepted.length, acceptedUntil: accepted[0], why: `until ${accepted[0]}` };
  if (results.every(({ state }) => state === 'not-applicable')) return { state: 'not-applicable' };
  const others = line.provedBy.filter((prover) => prover !== kind);
  return others.length === 0 ? { state: 'proved' } : { state: 'proved', why: `as far as this run goes; the rest by ${commands(others)}` };
}

const commands = (provers: readonly Prover[]): string => provers.map((prover) => `\`${PROVER_COMMANDS[prover]}\``).join(' and ');

/** @example '3 findings: weak-hash, static-iv' */
function countByAudit(findings: readonly Finding[]): string {
  const audits = [...new Set(findings.map(({ audit }) => audit))];
  return `${findings.length} finding${findings.length === 1 ? '' : 's'}: ${audits.join(', ')}`;
}

/** The first reason says most; the other audits are named. */
function reasons(results: readonly AuditResult[]): string {
  const [first, ...rest] = results;
  const also = rest.length === 0 ? '' : ` (also ${rest.map(({ audit }) => audit.id).join(', ')})`;
  return `${first?.audit.id}: ${first?.why ?? first?.state}${also}`;
}
