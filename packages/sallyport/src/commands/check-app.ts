import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { checkIo } from '../check-io.ts';
import type { Command, ExitCode } from '../command.ts';
import { readArguments } from '../read-arguments.ts';
import { REPORT_USAGE, readList, readReportOptions, reportOptions } from '../report-options.ts';
import { UsageError } from '../usage-error.ts';

/** `sallyport check app PATH` */
export const checkApp: Command = {
  name: 'check app',
  summary: "Check an app's sources, or an .ipa, against the release checklist; say file, line, why and how to mend it.",
  usage: `check app PATH ${REPORT_USAGE} [--api URL] [--ca FILE] [--i-own HOST,HOST] [--app-kind KIND,KIND] [--no-history] [--include-tests]`,
  example: 'sallyport check app ios/ --format html --output report.html',
  options: {
    ...reportOptions,
    api: { type: 'string', argument: 'URL', description: "Hold the app's pins against this live host." },
    ca: { type: 'string', argument: 'FILE', description: 'PEM of an authority to trust for that host.' },
    'i-own': { type: 'string', argument: 'HOST,HOST', description: 'Hosts beyond this machine that are yours; others are not asked.' },
    'app-kind': {
      type: 'string',
      argument: 'KIND,KIND',
      description:
        'What the app must be able to do: browser, self-hosted, media, local-network. What such an app needs is of lower severity.',
    },
    'no-history': { type: 'boolean', description: 'Leave the git history out.' },
    'include-tests': { type: 'boolean', description: 'Check test code too.' },
  },
  async run(args, io) {
    const options = readArguments(this, args, ['PATH']);
    const { runCheckApp } = await import('@sallyport/checker/app');
    const api = options.text('api');
    const ca = readAuthority(io.cwd, options.text('ca'));
    const code = await runCheckApp(
      {
        path: resolve(io.cwd, options.positionals[0] as string),
        ...readReportOptions(options),
        history: !options.flag('no-history'),
        includeTests: options.flag('include-tests'),
        appKinds: readList(options.text('app-kind')),
        owned: readList(options.text('i-own')),
        ...(api !== undefined && { api }),
        ...(ca !== undefined && { ca }),
      },
      checkIo(io),
    );
    return code as ExitCode;
  },
};

function readAuthority(cwd: string, path: string | undefined): string | undefined {
  try {
    return path === undefined ? undefined : readFileSync(resolve(cwd, path), 'utf8');
  } catch (error) {
    throw new UsageError(`The authority ${path} cannot be read (${(error as NodeJS.ErrnoException).code}).`);
  }
}
