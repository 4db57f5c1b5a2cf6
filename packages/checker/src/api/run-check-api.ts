import { readFile, writeFile } from 'node:fs/promises';
import { SEVERITIES, type Severity } from '../audit.ts';
import { expiredRisks, parseAcceptedRisks, RiskFileError } from '../judge/accepted-risks.ts';
import { judge } from '../judge/judge.ts';
import { htmlReport } from '../report/html-report.ts';
import { jsonReport } from '../report/json-report.ts';
import type { Report } from '../report/report.ts';
import { sarifReport } from '../report/sarif-report.ts';
import { terminalReport } from '../report/terminal-report.ts';
import type { CheckIo } from '../run-check-app.ts';
import { asAudit } from './as-audit.ts';
import { apiAudits } from './audits/index.ts';
import { checkApi } from './check-api.ts';
import { CredentialsFault } from './credentials-members.ts';
import type { CheckApiOptions } from './options.ts';
import { parseCredentials } from './parse-credentials.ts';
import { wordForApi } from './report-wording.ts';

export interface RunCheckApiOptions extends Omit<CheckApiOptions, 'openapi' | 'ca'> {
  /** File with the OpenAPI document, JSON or YAML. */
  readonly openapi?: string | undefined;
  /** File with the PEM of the authority to trust. */
  readonly ca?: string | undefined;
  /** File with test credentials, see `parseCredentials`; what it holds goes before what the other options say. */
  readonly credentials?: string | undefined;
  readonly format?: 'pretty' | 'json' | 'sarif' | 'html';
  /** File the report is written to; standard output when left out. */
  readonly output?: string | undefined;
  /** Default `high`. */
  readonly failOn?: Severity | 'none';
  /** Audits that close the gate whatever their severity. */
  readonly failOnAudits?: readonly string[];
  /** File of accepted risks. */
  readonly risks?: string | undefined;
  /** `all` shows findings of low confidence too. */
  readonly level?: 'default' | 'all';
}

/** Nothing could be checked, or the report could not be written. */
const EXIT_COULD_NOT_RUN = 2;

/**
 * `sallyport check api URL`.
 *
 * @returns 0 gate open, 1 gate closed, 2 could not run (one clear line says why).
 */
export async function runCheckApi(options: RunCheckApiOptions, io: CheckIo): Promise<number> {
  const progress = io.terminal
    ? (text: string) => {
        io.err(`\r\u001b[2K${text}`);
      }
    : undefined;
  try {
    for (const id of options.failOnAudits ?? []) {
      if (!apiAudits.some((audit) => audit.id === id))
        throw new UsageError(`There is no audit “${id}”. The list is in docs/reference/audits.md.`);
    }
    if (options.failOn !== undefined && options.failOn !== 'none' && !SEVERITIES.includes(options.failOn)) {
      throw new UsageError(`There is no severity “${String(options.failOn)}”. Use one of ${SEVERITIES.join(', ')}, none.`);
    }
    const openapi = await read(options.openapi, 'OpenAPI document');
    const ca = await read(options.ca, 'authority');
    const today = io.now().toISOString().slice(0, 10);
    const risksText = await read(options.risks, 'file of accepted risks');
    const risks = risksText === undefined ? [] : parseAcceptedRisks(risksText);
    const credentialsText = await read(options.credentials, 'file of test credentials');
    const credentials = credentialsText === undefined ? {} : parseCredentials(credentialsText);
    const outcome = await checkApi({ ...options, openapi, ca, ...credentials }, { progress, now: () => io.now().getTime() });
    progress?.('');
    if (outcome.kind === 'could-not-run') throw new UsageError(outcome.message);
    if (!outcome.results.some(({ state }) => state === 'pass' || state === 'fail' || state === 'warn')) {
      throw new UsageError(
        `No audit came to a verdict. The first says: ${outcome.results.find(({ why }) => why !== undefined)?.why ?? 'nothing'}`,
      );
    }
    const results = outcome.results.map((result) => ({ ...result, audit: asAudit(result.audit) }));
    const judgement = judge(results, {
      risks,
      baseline: new Set(),
      today,
      failOn: options.failOn ?? 'high',
      failOnAudits: options.failOnAudits ?? [],
      all: options.level === 'all',
    });
    const sent = results.filter((result) => result.sent > 0).map((result) => `${result.audit.id} ${result.sent}`);
    const report: Report = {
      app: new URL(outcome.url).host,
      version: io.version,
      at: io.now().toISOString(),
      seconds: Math.round(outcome.time / 100) / 10,
      lines: 0,
      files: 0,
      judgement,
      notes: [
        ...expiredRisks(risks, today).map((risk) => ({
          path: risk.path ?? '',
          message: `The accepted risk for ${risk.audit} (${risk.owner}) expired on ${risk.expires}; its findings count again.`,
        })),
        ...outcome.notices.map((message) => ({ path: '', message })),
        { path: '', message: `${outcome.sent} requests and connections were sent: shared ${outcome.sentGathering}, ${sent.join(', ')}.` },
      ],
      audits: new Map(results.map(({ audit }) => [audit.id, audit])),
    };
    const text = wordForApi(render(report, options, io), outcome.sent);
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
    if (error instanceof CredentialsFault)
      io.err(`The file of test credentials ${options.credentials} cannot be used: ${error.message}.\n`);
    else if (error instanceof UsageError || error instanceof RiskFileError) io.err(`${error.message}\n`);
    else throw error;
    return EXIT_COULD_NOT_RUN;
  }
}

class UsageError extends Error {}

async function read(path: string | undefined, what: string): Promise<string | undefined> {
  if (path === undefined) return undefined;
  return readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw new UsageError(`The ${what} ${path} cannot be read (${error.code ?? error.message}).`);
  });
}

async function write(path: string, text: string): Promise<void> {
  await writeFile(path, text).catch((error: NodeJS.ErrnoException) => {
    throw new UsageError(`${path} cannot be written (${error.code ?? error.message}).`);
  });
}

function render(report: Report, options: RunCheckApiOptions, io: CheckIo): string {
  switch (options.format ?? 'pretty') {
    case 'json':
      return jsonReport(report);
    case 'sarif':
      return sarifReport(report);
    case 'html':
      return htmlReport(report);
    default: {
      const style = { color: io.color && options.output === undefined, width: Math.max(60, Math.min(io.width, 140)) };
      return terminalReport(report, style);
    }
  }
}
