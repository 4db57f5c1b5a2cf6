import { access } from 'node:fs/promises';
import { basename, resolve } from 'node:path';
import { type CheckIo, CouldNotRun, EXIT_COULD_NOT_RUN } from '../check-io.ts';
import { readInput, writeOutput } from '../read-and-write.ts';
import { textWidth } from '../report/render-report.ts';
import { judgeRelease } from './judge-release.ts';
import { parseConfirmations } from './parse-confirmations.ts';
import { parseReport, type ReadReport } from './parse-report.ts';
import { releaseHtml } from './release-html.ts';
import { releaseJson } from './release-json.ts';
import { releaseText } from './release-text.ts';
import { releaseVerdict } from './release-words.ts';

export interface CheckReleaseOptions {
  /** JSON reports of `check app`, `check api` and `check proxy`. */
  readonly reports: readonly string[];
  /** Folder the paths start from, and in which `sallyport-confirmed.json` is looked for. */
  readonly cwd: string;
  /** File of what persons confirmed, instead of that one. */
  readonly confirmed?: string | undefined;
  /** Days after which a report proves nothing; default 7. */
  readonly maxAge?: number | undefined;
  readonly format?: 'pretty' | 'json' | 'html';
  /** File the result is written to; standard output when left out. */
  readonly output?: string | undefined;
}

/** A week: what was merged since is the release's business. */
const MAX_AGE = 7;

/**
 * `sallyport check release REPORT.json…`
 *
 * @returns 0 every line is proved, confirmed, accepted or does not apply; 1 it is not so; 2 could not run (one clear line says why).
 */
export async function runCheckRelease(options: CheckReleaseOptions, io: CheckIo): Promise<number> {
  try {
    const { cwd, format = 'pretty', output } = options;
    const reports: ReadReport[] = [];
    for (const file of options.reports) reports.push(parseReport(basename(file), await readInput(resolve(cwd, file), 'report')));
    const now = io.now();
    const confirmed = options.confirmed === undefined ? await besideReports(cwd) : resolve(cwd, options.confirmed);
    const confirmations =
      confirmed === undefined
        ? []
        : parseConfirmations(await readInput(confirmed, 'file of confirmations'), now.toISOString().slice(0, 10));
    const release = judgeRelease(reports, { confirmations, now: now.getTime(), maxAge: options.maxAge ?? MAX_AGE });
    const about = { version: io.version, at: now.toISOString() };
    const text =
      format === 'json'
        ? releaseJson(release, about)
        : format === 'html'
          ? releaseHtml(release, about)
          : releaseText(release, { color: io.color && output === undefined, width: textWidth(io.width) });
    if (output === undefined) io.out(text);
    else {
      await writeOutput(resolve(cwd, output), text);
      io.err(`Written to ${output}. ${releaseVerdict(release)}\n`);
    }
    return release.ready ? 0 : 1;
  } catch (error) {
    if (!(error instanceof CouldNotRun)) throw error;
    io.err(`${error.message}\n`);
    return EXIT_COULD_NOT_RUN;
  }
}

async function besideReports(cwd: string): Promise<string | undefined> {
  const file = resolve(cwd, 'sallyport-confirmed.json');
  return access(file).then(
    () => file,
    () => undefined,
  );
}
