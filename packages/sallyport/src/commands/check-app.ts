import { resolve } from 'node:path';
import { checkIo } from '../check-io.ts';
import type { Command, ExitCode } from '../command.ts';
import { readArguments } from '../read-arguments.ts';
import { REPORT_USAGE, readReportOptions, reportOptions } from '../report-options.ts';

/** `sallyport check app PATH` */
export const checkApp: Command = {
  name: 'check app',
  summary: "Check an app's sources, or an .ipa, against the release checklist; say file, line, why and how to mend it.",
  usage: `check app PATH ${REPORT_USAGE} [--baseline FILE] [--write-baseline FILE] [--no-history] [--include-tests]`,
  example: 'sallyport check app ios/ --format html --output report.html',
  options: {
    ...reportOptions,
    baseline: { type: 'string', argument: 'FILE', description: 'Findings known before; they do not count.' },
    'write-baseline': { type: 'string', argument: 'FILE', description: "Write today's findings as the baseline." },
    'no-history': { type: 'boolean', description: 'Leave the git history out.' },
    'include-tests': { type: 'boolean', description: 'Check test code too.' },
  },
  async run(args, io) {
    const options = readArguments(this, args, ['PATH']);
    const { runCheckApp } = await import('@sallyport/checker');
    const [baseline, writeBaseline] = [options.text('baseline'), options.text('write-baseline')];
    const code = await runCheckApp(
      {
        path: resolve(io.cwd, options.positionals[0] as string),
        ...readReportOptions(options),
        history: !options.flag('no-history'),
        includeTests: options.flag('include-tests'),
        ...(baseline !== undefined && { baseline }),
        ...(writeBaseline !== undefined && { writeBaseline }),
      },
      checkIo(io),
    );
    return code as ExitCode;
  },
};
