import type { LineState } from '../checklist/line-verdict.ts';
import { type ChecklistLine, PROVER_COMMANDS, type Prover, type ReleaseLineId, releaseChecklist } from '../checklist/release-checklist.ts';
import type { Confirmation } from './parse-confirmations.ts';
import type { LineEvidence, ReadReport } from './parse-report.ts';

/** Worst first. The first three stand against a release. */
export const RELEASE_STATES = ['broken', 'not-shown', 'by-hand', 'accepted', 'confirmed', 'not-applicable', 'proved'] as const;
export type ReleaseState = (typeof RELEASE_STATES)[number];

export interface AgedReport extends ReadReport {
  readonly days: number;
  /** Why it says nothing about today, if so. */
  readonly stale: string | undefined;
}

export interface ReleaseLine {
  readonly id: ReleaseLineId;
  readonly text: string;
  readonly state: ReleaseState;
  readonly why: string | undefined;
  /** What the state rests on. */
  readonly shownBy: readonly { readonly report: AgedReport; readonly audits: readonly string[] }[];
  readonly confirmation: Confirmation | undefined;
}

export interface Release {
  readonly ready: boolean;
  readonly reports: readonly AgedReport[];
  readonly lines: readonly ReleaseLine[];
  readonly counts: Readonly<Record<ReleaseState, number>>;
}

export interface ReleaseOptions {
  readonly confirmations: readonly Confirmation[];
  /** Milliseconds since 1970. */
  readonly now: number;
  /** Days. An older report does not prove anything. */
  readonly maxAge: number;
}

const DAY = 86_400_000;
/** Clocks of two machines may differ so much, in milliseconds. */
const SKEW = 300_000;

/**
 * Puts reports together. A line is broken when any report shows it broken, and proved only when every kind of run that must prove it
 * did, and none of that kind was left undecided.
 */
export function judgeRelease(reports: readonly ReadReport[], options: ReleaseOptions): Release {
  const aged = reports.map((report) => age(report, options));
  const lines = releaseChecklist.map((line) => judgeLine(line, aged, options));
  const counts = Object.fromEntries(RELEASE_STATES.map((state) => [state, lines.filter((line) => line.state === state).length]));
  const ready = lines.every(({ state }) => state !== 'broken' && state !== 'not-shown' && state !== 'by-hand');
  return { ready, reports: aged, lines, counts: counts as Release['counts'] };
}

function age(report: ReadReport, { now, maxAge }: ReleaseOptions): AgedReport {
  const days = Math.max(0, Math.floor((now - report.at) / DAY));
  const stale = report.at > now + SKEW ? 'dated in the future' : now - report.at > maxAge * DAY ? `older than ${maxAge} days` : undefined;
  return { ...report, days, stale };
}

interface Said {
  readonly report: AgedReport;
  readonly line: LineEvidence;
}
type Part = { readonly state: LineState; readonly why?: string | undefined; readonly shownBy: readonly Said[]; readonly missing?: true };

function judgeLine(line: ChecklistLine & { id: ReleaseLineId }, reports: readonly AgedReport[], options: ReleaseOptions): ReleaseLine {
  const today = new Date(options.now).toISOString().slice(0, 10);
  const said = reports.flatMap((report): Said[] => {
    const evidence = report.stale === undefined ? report.lines.get(line.id) : undefined;
    return evidence === undefined ? [] : [{ report, line: lapsed(evidence, today) }];
  });
  const { state, why, shownBy, missing } = combine(line, said, reports);
  const confirmation = options.confirmations.find(({ id }) => id === line.id);
  const result = {
    id: line.id,
    text: line.text,
    state,
    why,
    shownBy: shownBy.map(({ report, line: { audits } }) => ({ report, audits })),
    confirmation: undefined,
  } satisfies ReleaseLine;
  if (confirmation === undefined || (state !== 'broken' && state !== 'not-shown' && state !== 'by-hand')) return result;
  const but = (text: string) => ({ ...result, why: [why, text].filter((part) => part !== undefined).join('; ') });
  if (state === 'broken') return but(`the confirmation by ${confirmation.who} does not mend it`);
  if (confirmation.expires < today) return but(`the confirmation by ${confirmation.who} ended on ${confirmation.expires}`);
  if (missing && line.orPerson !== true) return but(`the confirmation by ${confirmation.who} does not stand in for a run`);
  return { ...result, state: 'confirmed', why: undefined, confirmation };
}

/** An accepted risk whose day has passed since the report was made is a finding again. */
const lapsed = (line: LineEvidence, today: string): LineEvidence =>
  line.acceptedUntil !== undefined && line.acceptedUntil < today
    ? { ...line, state: 'broken', why: `the accepted risk ended on ${line.acceptedUntil}` }
    : line;

function combine(line: ChecklistLine, said: readonly Said[], reports: readonly AgedReport[]): Part {
  const broken = said.filter((each) => each.line.state === 'broken');
  if (broken.length > 0) return { state: 'broken', why: told(broken), shownBy: broken };
  const parts = line.provedBy.map((prover) => partOf(line, prover, said, reports));
  const open = parts.filter(({ state }) => state === 'not-shown' || state === 'by-hand');
  const shownBy = parts.flatMap((part) => part.shownBy);
  if (open.length > 0) {
    return {
      state: open.some(({ state }) => state === 'not-shown') ? 'not-shown' : 'by-hand',
      why: open.flatMap((part) => part.why ?? []).join('; '),
      shownBy,
      ...(open.some(({ missing }) => missing) && { missing: true }),
    };
  }
  const accepted = parts.find(({ state }) => state === 'accepted');
  if (accepted !== undefined) return { ...accepted, shownBy };
  return { state: parts.every(({ state }) => state === 'not-applicable') ? 'not-applicable' : 'proved', shownBy };
}

/** What the runs of one kind show together. */
function partOf(line: ChecklistLine, prover: Prover, said: readonly Said[], reports: readonly AgedReport[]): Part {
  const own = said.filter(({ report }) => report.kind === prover);
  const undecided = own.filter((each) => each.line.undecided);
  if (undecided.length > 0) return { state: 'not-shown', why: told(undecided), shownBy: [] };
  const shown = own.filter((each) => each.line.state !== 'not-shown');
  if (shown.length === 0) {
    if (own.length > 0) return { state: 'not-shown', why: told(own), shownBy: [] };
    const stale = reports.find((report) => report.kind === prover);
    const why =
      stale === undefined
        ? `no report of \`${PROVER_COMMANDS[prover]}\``
        : `${stale.name}: the report is ${stale.stale ?? 'silent about it'}`;
    return { state: 'not-shown', why: line.orPerson === true ? `${why}, and nobody confirmed it` : why, shownBy: [], missing: true };
  }
  for (const state of ['by-hand', 'accepted'] as const) {
    const such = shown.filter((each) => each.line.state === state);
    if (such.length > 0) return { state, why: told(such), shownBy: shown };
  }
  return { state: shown.every((each) => each.line.state === 'not-applicable') ? 'not-applicable' : 'proved', shownBy: shown };
}

const told = (said: readonly Said[]): string => said.map(({ report, line }) => `${report.name}: ${line.why ?? line.state}`).join('; ');
