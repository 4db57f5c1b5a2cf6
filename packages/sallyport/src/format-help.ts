import type { Command } from './command.ts';

/** What `sallyport COMMAND --help` prints. */
export function formatCommandHelp({ summary, detail, usage, options, example }: Command): string {
  const rows = [
    ...Object.entries(options).map(([name, option]) => [optionForm(name, option.argument, option.short), option.description]),
    HELP_ROW,
  ];
  return [
    summary,
    '',
    'Usage:',
    `  sallyport ${usage}`,
    '',
    ...(detail === undefined ? [] : [detail, '']),
    'Options:',
    ...columns(rows),
    '',
    'Example:',
    ...example.split('\n').map((line) => `  ${line}`),
    '',
  ].join('\n');
}

/** What `sallyport --help` prints, or `sallyport config --help` for the commands that begin so. */
export function formatOverview(commands: readonly Command[]): string {
  return [
    'Sallyport: secure API communication for mobile apps.',
    '',
    'Usage:',
    '  sallyport COMMAND [OPTIONS]',
    '',
    'Commands:',
    ...columns(commands.map(({ name, summary }) => [name, summary])),
    '',
    'Example:',
    '  sallyport init && sallyport serve',
    '',
    'Exit code: 0 fine, 1 findings or refusals, 2 could not run.',
    'sallyport COMMAND --help tells more about one.',
    '',
  ].join('\n');
}

/** An option as it is written. @example optionForm('config', 'FILE') // '--config FILE' */
export function optionForm(name: string, argument?: string, short?: string): string {
  return `${short === undefined ? '' : `-${short}, `}--${name}${argument === undefined ? '' : ` ${argument}`}`;
}

const HELP_ROW = ['--help', 'Show this.'];

function columns(rows: readonly (readonly (string | undefined)[])[]): string[] {
  const width = Math.max(...rows.map(([first = '']) => first.length));
  return rows.map(([first = '', second = '']) => `  ${first.padEnd(width)}  ${second}`.trimEnd());
}
