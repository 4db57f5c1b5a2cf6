import type { Audit } from '../audit.ts';
import { Flow } from '../flow/flow.ts';
import type { Artifacts, Need } from '../gather/artifacts.ts';
import type { AppKind } from './app-kind.ts';
import { Collector, LineTable } from './collect.ts';
import { dispatcher } from './dispatcher.ts';
import type { Finding, State } from './finding.ts';
import { settleYields } from './settle-yields.ts';

export interface AuditResult {
  readonly audit: Audit;
  readonly state: State;
  /** Why it is manual, inconclusive, not applicable or an error. */
  readonly why: string | undefined;
  readonly findings: readonly Finding[];
  /** What the state would be without the findings, when that is not `pass`: what was undecided stays so once they are accepted. */
  readonly otherwise?: State | undefined;
  /** Says that the audit was not given what it reads; the state tells nothing about the subject then. */
  readonly unseen?: string | undefined;
}

export interface RunOptions {
  /** Audit test code, mocks and previews as well. */
  readonly includeTests?: boolean;
  /** What the app is said to be; lowers the severity of what such an app must do. */
  readonly kinds?: readonly AppKind[];
  readonly progress?: ((text: string) => void) | undefined;
  /** Told each finding when it is made. */
  readonly found?: ((finding: Finding) => void) | undefined;
}

/**
 * Runs the audits over the artifacts. All code audits share one pass over each file. An audit that throws is stopped and its result is
 * `error`; the others go on.
 */
export function runAudits(audits: readonly Audit[], artifacts: Artifacts, options: RunOptions = {}): AuditResult[] {
  const lines = new LineTable();
  // What may yet yield to another audit is not told early.
  const runs = audits.map((audit) => ({
    audit,
    collector: new Collector(audit, artifacts, lines, audit.yieldsTo === undefined ? options.found : undefined, options.kinds),
  }));
  const active = runs.filter(({ audit, collector }) => {
    if (!audit.needs.some((need) => present(artifacts, need))) {
      collector.notApplicable(`The app holds no ${audit.needs.map((need) => NEED_NAMES[need]).join(', ')}.`);
      return false;
    }
    const applies = guard(collector, () => audit.applies?.(artifacts) ?? true);
    if (applies === false) collector.notApplicable('The app does nothing this audit is about.');
    return applies === true;
  });
  const conclude = ({ audit, collector }: Run) => {
    if (collector.error === undefined && audit.check !== undefined) guard(collector, () => audit.check?.(artifacts, collector));
  };
  // What needs not wait for the code to be followed does not: it is the first that can be told.
  const listening = active.filter(({ audit }) => listensToCode(audit));
  for (const run of active) if (!listening.includes(run)) conclude(run);
  readCode(listening, artifacts, options);
  for (const run of listening) conclude(run);
  const missing = notGiven(artifacts);
  const findings = settleYields(runs.map(({ audit, collector }) => ({ audit, findings: collector.findings })));
  return runs.map(({ audit, collector }, index) => {
    const kept = findings[index] ?? [];
    return {
      audit,
      ...stateOf(collector, kept),
      findings: kept,
      otherwise: collector.verdict?.state,
      unseen: collector.unseen ?? audit.needs.flatMap((need) => missing.get(need) ?? [])[0],
    };
  });
}

/** What every app has, and this one was checked without. Other files may be missing because the app has none. */
function notGiven({ code, historyRead, historyMissing, binaries, notes }: Artifacts): ReadonlyMap<Need, string> {
  const missing = new Map<Need, string>();
  // The scripts an archive carries are not the code its executable was made from.
  const compiled = binaries.some(({ path }) => /\.app\//.test(path)) && code.every(({ language }) => language === 'script');
  if (code.length === 0 || compiled) missing.set('code', 'No source code was given.');
  if (!historyRead && historyMissing === undefined) missing.set('history', 'No git history was given.');
  // A property list that cannot be read may allow anything.
  const unread = notes.find(({ path }) => /(?:Info[^/]*\.plist|\.entitlements)$/.test(path));
  if (unread !== undefined) missing.set('plists', `${unread.path} could not be read.`);
  return missing;
}

type Run = { readonly audit: Audit; readonly collector: Collector };

const listensToCode = ({ calls, assigns, comparisons, texts, dictionaries, functions, types }: Audit): boolean =>
  [calls, assigns, comparisons, texts, dictionaries, functions, types].some((listener) => listener !== undefined);

function readCode(runs: readonly Run[], artifacts: Artifacts, options: RunOptions): void {
  const flowFor = (listening: readonly Run[]) => (listening.length === 0 ? undefined : new Flow(artifacts.project, dispatcher(listening)));
  const main = flowFor(runs);
  const tests = flowFor(runs.filter(({ audit }) => audit.includeTests === true));
  let done = 0;
  for (const unit of artifacts.code) {
    done++;
    if (done % 50 === 0) options.progress?.(`auditing ${done}/${artifacts.code.length} source files`);
    const flow = !unit.test || options.includeTests === true ? main : tests;
    try {
      flow?.run(unit);
    } catch (error) {
      for (const { collector } of runs)
        collector.verdict ??= {
          state: 'inconclusive',
          why: `${unit.path} could not be followed (${(error as Error).message.slice(0, 100)}).`,
        };
    }
  }
}

function guard<T>(collector: Collector, run: () => T): T | undefined {
  try {
    return run();
  } catch (error) {
    collector.error = (error as Error).message;
    return undefined;
  }
}

const NEED_NAMES: Record<Need, string> = {
  code: 'source code',
  plists: 'property lists',
  texts: 'configuration files',
  binaries: 'executables',
  history: 'git history',
};

function present(artifacts: Artifacts, need: Need): boolean {
  if (need === 'history') return artifacts.historyRead || artifacts.historyMissing !== undefined;
  return artifacts[need].length > 0;
}

function stateOf(collector: Collector, findings: readonly Finding[]): { state: State; why: string | undefined } {
  if (collector.error !== undefined) return { state: 'error', why: `The audit itself failed: ${collector.error}` };
  const counted = findings.filter((finding) => finding.confidence !== 'low');
  if (counted.some((finding) => finding.severity !== 'info' && finding.severity !== 'low'))
    return { state: 'fail', why: collector.verdict?.why };
  if (findings.length > 0) return { state: 'warn', why: collector.verdict?.why };
  if (collector.verdict !== undefined) return collector.verdict;
  return { state: 'pass', why: undefined };
}
