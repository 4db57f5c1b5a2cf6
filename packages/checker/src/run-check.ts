import { type Audit, SEVERITIES, type Severity } from './audit.ts';
import { type CheckIo, CouldNotRun, EXIT_COULD_NOT_RUN } from './check-io.ts';
import { lineVerdicts } from './checklist/line-verdict.ts';
import type { Note } from './gather/artifacts.ts';
import { type AcceptedRisk, coveringRisk, expiredRisks, parseAcceptedRisks } from './judge/accepted-risks.ts';
import { baselineText, readBaseline } from './judge/baseline.ts';
import type { Finding } from './judge/finding.ts';
import { judge } from './judge/judge.ts';
import type { AuditResult } from './judge/run-audits.ts';
import { readInput, writeOutput } from './read-and-write.ts';
import { type ReportFormat, renderReport } from './report/render-report.ts';
import { plural } from './report/report.ts';
import type { Subject } from './report/subject.ts';

/** What every check is told about its report and its gate. */
export interface ReportOptions {
  readonly format?: ReportFormat;
  /** File the report is written to; standard output when left out. */
  readonly output?: string | undefined;
  /** Default `high`. */
  readonly failOn?: Severity | 'none';
  /** Audits that close the gate whatever their severity. */
  readonly failOnAudits?: readonly string[];
  /** Run these audits only. */
  readonly only?: readonly string[];
  /** File of accepted risks. */
  readonly risks?: string | undefined;
  /** File of fingerprints known before; they do not count. */
  readonly baseline?: string | undefined;
  /** Write today's findings as the baseline. */
  readonly writeBaseline?: string | undefined;
  /** `all` shows findings of low confidence too. */
  readonly level?: 'default' | 'all';
}

/** What a check looks with. */
export interface CheckRun {
  /** The audits to run, in their order. */
  readonly audits: readonly Audit[];
  readonly progress: ((text: string) => void) | undefined;
  /** Whether the report will count a finding: neither accepted, nor known before, nor hidden. */
  counts(finding: Finding): boolean;
}

/** What a check saw. */
export interface CheckSight {
  readonly subject: Subject;
  readonly results: readonly AuditResult[];
  readonly notes: readonly Note[];
}

/**
 * What all checks share: names are looked up and files read before anything is looked at; then look, judge, report, write.
 *
 * @param audits all that this kind of check has.
 * @returns 0 gate open, 1 gate closed, 2 could not run (one clear line says why).
 * @example await runCheck(audits, options, io, async ({ audits }) => ({ subject, results: runAudits(audits, artifacts), notes: [] }))
 */
export async function runCheck(
  audits: readonly Audit[],
  options: ReportOptions,
  io: CheckIo,
  look: (run: CheckRun) => Promise<CheckSight>,
): Promise<number> {
  const progress = io.terminal
    ? (text: string) => {
        io.err(`\r\u001b[2K${text}`);
      }
    : undefined;
  try {
    const started = performance.now();
    const { output, failOn = 'high', failOnAudits = [], only = [], level = 'default' } = options;
    for (const id of [...only, ...failOnAudits]) {
      if (!audits.some((audit) => audit.id === id))
        throw new CouldNotRun(`There is no audit “${id}”. The list is in docs/reference/audits.md.`);
    }
    if (failOn !== 'none' && !SEVERITIES.includes(failOn))
      throw new CouldNotRun(`There is no severity “${String(failOn)}”. Use one of ${SEVERITIES.join(', ')}, none.`);
    const today = io.now().toISOString().slice(0, 10);
    const risks = options.risks === undefined ? [] : parseAcceptedRisks(await readInput(options.risks, 'file of accepted risks'));
    const baseline = await readBaseline(options.baseline);

    const chosen = audits.filter(({ id }) => only.length === 0 || only.includes(id));
    const { subject, results, notes } = await look({
      audits: chosen,
      progress,
      counts: (finding) =>
        (finding.confidence !== 'low' || level === 'all') &&
        !baseline.has(finding.fingerprint) &&
        coveringRisk(finding, risks, today) === undefined,
    });
    progress?.('');

    const judgement = judge(results, { risks, baseline, today, failOn, failOnAudits, all: level === 'all' });
    const text = renderReport(
      {
        subject,
        version: io.version,
        at: io.now().toISOString(),
        seconds: Math.round((performance.now() - started) / 100) / 10,
        judgement,
        checklist: lineVerdicts(subject.kind, audits, judgement.results),
        notes: [...expiredNotes(risks, today), ...notes],
      },
      options.format ?? 'pretty',
      io,
      output !== undefined,
    );
    if (options.writeBaseline !== undefined) {
      await writeOutput(
        options.writeBaseline,
        baselineText(
          results.flatMap(({ findings }) => findings),
          today,
        ),
      );
    }
    const { open, because } = judgement.gate;
    if (output === undefined) io.out(text);
    else {
      await writeOutput(output, text);
      io.err(
        `${plural(judgement.open.length, 'finding')} written to ${output}. ${open ? 'Gate open.' : `Gate closed: ${because.join('; ')}.`}\n`,
      );
    }
    return open ? 0 : 1;
  } catch (error) {
    progress?.('');
    if (!(error instanceof CouldNotRun)) throw error;
    io.err(`${error.message}\n`);
    return EXIT_COULD_NOT_RUN;
  }
}

const expiredNotes = (risks: readonly AcceptedRisk[], today: string): Note[] =>
  expiredRisks(risks, today).map((risk) => ({
    path: risk.path ?? '',
    message: `The accepted risk for ${risk.audit} (${risk.owner}) expired on ${risk.expires}; its findings count again.`,
  }));
