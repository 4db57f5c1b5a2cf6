import { readFile, writeFile } from 'node:fs/promises';
import { basename, resolve } from 'node:path';
import { type Audit, SEVERITIES, type Severity } from './audit.ts';
import { audits } from './audits/index.ts';
import type { Artifacts } from './gather/artifacts.ts';
import { GatherError, gather } from './gather/gather.ts';
import { readLiveHost } from './gather/live-host.ts';
import { type AcceptedRisk, coveringRisk, expiredRisks, parseAcceptedRisks, RiskFileError } from './judge/accepted-risks.ts';
import type { Finding } from './judge/finding.ts';
import { judge } from './judge/judge.ts';
import { runAudits } from './judge/run-audits.ts';
import { firstFindings, isQuick } from './report/first-findings.ts';
import { htmlReport } from './report/html-report.ts';
import { jsonReport } from './report/json-report.ts';
import type { Report } from './report/report.ts';
import { sarifReport } from './report/sarif-report.ts';
import { terminalReport } from './report/terminal-report.ts';

export interface CheckAppOptions {
  /** Folder of sources, or an `.ipa`. */
  readonly path: string;
  readonly format?: 'pretty' | 'json' | 'sarif' | 'html';
  /** File the report is written to; standard output when left out. */
  readonly output?: string;
  /** Default `high`. */
  readonly failOn?: Severity | 'none';
  /** Audits that close the gate whatever their severity. */
  readonly failOnAudits?: readonly string[];
  /** Run these audits only. */
  readonly only?: readonly string[];
  /** File of accepted risks; `sallyport-risks.json` in the app's folder when it is there. */
  readonly risks?: string;
  /** File of fingerprints known before; they do not count. */
  readonly baseline?: string;
  /** Write today's findings as the baseline. */
  readonly writeBaseline?: string;
  /** Look through git history (default true). */
  readonly history?: boolean;
  readonly includeTests?: boolean;
  /** `all` shows findings of low confidence too. */
  readonly level?: 'default' | 'all';
  /** Address of the live API the app's pins are held against. Loopback, or a host named in `owned`; else that audit is inconclusive. */
  readonly api?: string;
  /** Hosts the user names as their own (`--i-own`). */
  readonly owned?: readonly string[];
  /** PEM of the authorities that vouch for the live API, instead of the system's. */
  readonly ca?: string;
}

export interface CheckIo {
  out(text: string): void;
  err(text: string): void;
  readonly terminal: boolean;
  readonly color: boolean;
  readonly width: number;
  now(): Date;
  readonly version: string;
}

/** Milliseconds. A host that needs longer for a handshake is down for a phone as well. */
const HANDSHAKE_TIMEOUT = 5_000;
/** Nothing could be checked, or the report could not be written. */
const EXIT_COULD_NOT_RUN = 2;

/**
 * `sallyport check app PATH`.
 *
 * @returns 0 gate open, 1 gate closed, 2 could not run (one clear line says why).
 */
export async function runCheckApp(options: CheckAppOptions, io: CheckIo): Promise<number> {
  const progress = io.terminal
    ? (text: string) => {
        io.err(`\r\u001b[2K${text}`);
      }
    : undefined;
  try {
    const started = performance.now();
    const chosen = select(options.only);
    for (const id of options.failOnAudits ?? []) if (!audits.some((audit) => audit.id === id)) throw new UsageError(unknownAudit(id));
    if (options.failOn !== undefined && options.failOn !== 'none' && !SEVERITIES.includes(options.failOn))
      throw new UsageError(`There is no severity “${String(options.failOn)}”. Use one of ${SEVERITIES.join(', ')}, none.`);
    const today = io.now().toISOString().slice(0, 10);
    const risks = await loadRisks(options);
    const baseline = await loadBaseline(options.baseline);
    const { api, owned = [], ca } = options;
    const live = api === undefined ? undefined : await readLiveHost({ api, owned, ca, timeout: HANDSHAKE_TIMEOUT });
    const counts = (finding: Finding) =>
      (finding.confidence !== 'low' || options.level === 'all') &&
      !baseline.has(finding.fingerprint) &&
      coveringRisk(finding, risks, today) === undefined;
    const found = progress === undefined ? undefined : firstFindings(chosen, counts, (text) => progress(`${text}\n`));
    const firstLook = found === undefined ? undefined : (early: Artifacts) => void runAudits(chosen.filter(isQuick), early, { found });
    const artifacts: Artifacts = { ...(await gather(options.path, { history: options.history ?? true, progress, firstLook })), live };
    const results = runAudits(chosen, artifacts, { includeTests: options.includeTests ?? false, progress, found });
    const judgement = judge(results, {
      risks,
      baseline,
      today,
      failOn: options.failOn ?? 'high',
      failOnAudits: options.failOnAudits ?? [],
      all: options.level === 'all',
    });
    const expired = expiredRisks(risks, today).map((risk) => ({
      path: risk.path ?? '',
      message: `The accepted risk for ${risk.audit} (${risk.owner}) expired on ${risk.expires}; its findings count again.`,
    }));
    const report: Report = {
      app: basename(resolve(options.path)),
      version: io.version,
      at: io.now().toISOString(),
      seconds: Math.round((performance.now() - started) / 100) / 10,
      lines: artifacts.lines,
      files: artifacts.code.length + artifacts.plists.length + artifacts.texts.length + artifacts.binaries.length,
      judgement,
      notes: [...expired, ...artifacts.notes],
      audits: new Map(chosen.map((audit) => [audit.id, audit])),
    };
    progress?.('');
    if (options.writeBaseline !== undefined) {
      const fingerprints = results.flatMap((result) => result.findings.map((finding) => finding.fingerprint)).sort();
      await write(options.writeBaseline, `${JSON.stringify({ version: 1, written: today, fingerprints }, null, 2)}\n`);
    }
    const text = render(report, options, io);
    if (options.output === undefined) io.out(text);
    else {
      await write(options.output, text);
      io.err(
        `${judgement.open.length} finding${judgement.open.length === 1 ? '' : 's'} written to ${options.output}. ${judgement.gate.open ? 'Gate open.' : `Gate closed: ${judgement.gate.because.join('; ')}.`}\n`,
      );
    }
    return judgement.gate.open ? 0 : 1;
  } catch (error) {
    progress?.('');
    if (!(error instanceof GatherError || error instanceof RiskFileError || error instanceof UsageError)) throw error;
    io.err(`${error.message}\n`);
    return EXIT_COULD_NOT_RUN;
  }
}

class UsageError extends Error {}

const unknownAudit = (id: string) => `There is no audit “${id}”. The list is in docs/reference/audits.md.`;

function select(only: readonly string[] | undefined): readonly Audit[] {
  if (only === undefined || only.length === 0) return audits;
  const unknown = only.find((id) => !audits.some((audit) => audit.id === id));
  if (unknown !== undefined) throw new UsageError(unknownAudit(unknown));
  return audits.filter((audit) => only.includes(audit.id));
}

async function loadRisks(options: CheckAppOptions): Promise<AcceptedRisk[]> {
  const path = options.risks ?? resolve(options.path, 'sallyport-risks.json');
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (options.risks === undefined) return undefined;
    throw new UsageError(`The file of accepted risks ${path} cannot be read (${error.code ?? error.message}).`);
  });
  return text === undefined ? [] : parseAcceptedRisks(text);
}

async function loadBaseline(path: string | undefined): Promise<ReadonlySet<string>> {
  if (path === undefined) return new Set();
  try {
    const parsed = JSON.parse(await readFile(path, 'utf8')) as { fingerprints?: unknown };
    if (!Array.isArray(parsed.fingerprints)) throw new Error('it holds no fingerprints');
    return new Set(parsed.fingerprints.filter((item): item is string => typeof item === 'string'));
  } catch (error) {
    // The message of JSON.parse quotes the file.
    const why = error instanceof SyntaxError ? 'it is no JSON' : (error as Error).message;
    throw new UsageError(`The baseline ${path} cannot be used (${why}). Write one with --write-baseline.`);
  }
}

async function write(path: string, text: string): Promise<void> {
  await writeFile(path, text).catch((error: NodeJS.ErrnoException) => {
    throw new UsageError(`${path} cannot be written (${error.code ?? error.message}).`);
  });
}

function render(report: Report, options: CheckAppOptions, io: CheckIo): string {
  switch (options.format ?? 'pretty') {
    case 'json':
      return jsonReport(report);
    case 'sarif':
      return sarifReport(report);
    case 'html':
      return htmlReport(report);
    default:
      return terminalReport(report, { color: io.color && options.output === undefined, width: Math.max(60, Math.min(io.width, 140)) });
  }
}
