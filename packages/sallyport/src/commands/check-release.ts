import { checkIo } from '../check-io.ts';
import type { Command, ExitCode } from '../command.ts';
import { readArguments } from '../read-arguments.ts';
import { UsageError } from '../usage-error.ts';

const FORMATS = ['pretty', 'json', 'html'] as const;

/** `sallyport check release REPORT.json…` */
export const checkRelease: Command = {
  name: 'check release',
  summary: 'Put the JSON reports of app, API and proxy together: is every line of the release checklist proved?',
  usage: 'check release REPORT.json… [--confirmed FILE] [--max-age DAYS] [--format pretty|json|html] [--output FILE]',
  detail:
    'Exit code 0 when every line is proved, confirmed by a person, accepted as a risk, or does not apply. A line that one of its audits left undecided is not proved.',
  example: 'sallyport check release app.json api.json proxy.json',
  options: {
    confirmed: {
      type: 'string',
      argument: 'FILE',
      description: 'Lines a person confirmed: id, who, when, evidence, expires. Default sallyport-confirmed.json, when it is there.',
    },
    'max-age': { type: 'string', argument: 'DAYS', description: 'An older report proves nothing. Default 7.' },
    format: { type: 'string', argument: FORMATS.join('|'), description: 'Form of the result. Default pretty.' },
    output: { type: 'string', argument: 'FILE', description: 'Write it there instead of to standard output.' },
  },
  async run(args, io) {
    const options = readArguments(this, args, ['REPORT.json…']);
    const format = FORMATS.find((known) => known === (options.text('format') ?? 'pretty'));
    if (format === undefined) throw new UsageError(`--format takes ${FORMATS.join(', ')}, not ${JSON.stringify(options.text('format'))}.`);
    const days = options.text('max-age');
    if (days !== undefined && !/^[1-9]\d{0,3}$/.test(days))
      throw new UsageError(`--max-age takes a whole number of days above 0, not ${JSON.stringify(days)}.`);
    const { runCheckRelease } = await import('@sallyport/checker/release');
    const code = await runCheckRelease(
      {
        reports: options.positionals,
        cwd: io.cwd,
        confirmed: options.text('confirmed'),
        output: options.text('output'),
        format,
        ...(days !== undefined && { maxAge: Number(days) }),
      },
      checkIo(io),
    );
    return code as ExitCode;
  },
};
