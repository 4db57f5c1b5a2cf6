import type { CommandOption } from './command.ts';
import type { Arguments } from './read-arguments.ts';
import { UsageError } from './usage-error.ts';

const FORMATS = ['pretty', 'json', 'sarif', 'html'] as const;
const SEVERITIES = ['critical', 'high', 'medium', 'low', 'info', 'none'] as const;

/** The same, as a usage line has them. */
export const REPORT_USAGE =
  '[--format pretty|json|sarif|html] [--output FILE] [--fail-on SEVERITY] [--fail-on-audits ID,ID] [--only ID,ID] [--risks FILE] [--baseline FILE] [--write-baseline FILE] [--all]';

/** What both checks are told about their report and their gate. */
export const reportOptions: Readonly<Record<string, CommandOption>> = {
  format: { type: 'string', argument: FORMATS.join('|'), description: 'Form of the report. Default pretty.' },
  output: { type: 'string', argument: 'FILE', description: 'Write the report there instead of to standard output.' },
  'fail-on': {
    type: 'string',
    argument: 'SEVERITY',
    description: `Exit code 1 from this severity on: ${SEVERITIES.join(', ')}. Default high.`,
  },
  'fail-on-audits': {
    type: 'string',
    argument: 'ID,ID',
    description: 'Exit code 1 for findings of these audits, whatever their severity.',
  },
  only: { type: 'string', argument: 'ID,ID', description: 'Run these audits only.' },
  risks: { type: 'string', argument: 'FILE', description: 'Accepted risks, each with reason, owner and date of expiry.' },
  baseline: { type: 'string', argument: 'FILE', description: 'Findings known before; they do not count.' },
  'write-baseline': { type: 'string', argument: 'FILE', description: "Write today's findings as the baseline." },
  all: { type: 'boolean', description: 'Show findings of low confidence too.' },
};

/** @throws UsageError for a format or severity that is none. */
export function readReportOptions(options: Arguments) {
  return {
    format: oneOf('format', FORMATS, options.text('format') ?? 'pretty'),
    failOn: oneOf('fail-on', SEVERITIES, options.text('fail-on') ?? 'high'),
    failOnAudits: readList(options.text('fail-on-audits')),
    only: readList(options.text('only')),
    level: options.flag('all') ? ('all' as const) : ('default' as const),
    output: options.text('output'),
    risks: options.text('risks'),
    baseline: options.text('baseline'),
    writeBaseline: options.text('write-baseline'),
  };
}

/** A list as it is written on a command line: `one,two`. */
export function readList(text: string | undefined): readonly string[] {
  return text === undefined ? [] : text.split(',').filter((word) => word !== '');
}

function oneOf<Word extends string>(option: string, words: readonly Word[], text: string): Word {
  const word = words.find((known) => known === text);
  if (word !== undefined) return word;
  throw new UsageError(`--${option} takes ${words.join(', ')}, not ${JSON.stringify(text)}.`);
}
