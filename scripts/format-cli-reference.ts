import type { Command } from '../packages/sallyport/src/command.ts';
import { optionForm } from '../packages/sallyport/src/format-help.ts';
import { generatedFrom, markdownTable } from './markdown.ts';

/** docs/reference/cli.md: every command with its options and an example. */
export function formatCliReference(commands: readonly Command[]): string {
  return `${[
    generatedFrom('packages/sallyport/src/commands'),
    '# Command line',
    'Exit code 0: fine. 1: findings or refusals. 2: could not run; one line on standard error says what, why and what to do. `--help` works everywhere, `NO_COLOR` is honoured, `SALLYPORT_DEBUG=1` shows where an unexpected error comes from.',
    ...commands.map(formatCommand),
  ].join('\n\n')}\n`;
}

function formatCommand({ name, summary, detail, usage, options, example }: Command): string {
  const rows = Object.entries(options).map(([option, { argument, short, description }]) => [
    `\`${optionForm(option, argument, short)}\``,
    description,
  ]);
  return [
    `## sallyport ${name}`,
    summary,
    `    sallyport ${usage}`,
    ...(detail === undefined ? [] : [detail.replace(/^ .*$/gm, (line) => `  ${line}`)]),
    ...(rows.length === 0 ? [] : [markdownTable(['Option', 'Meaning'], rows)]),
    'Example:',
    `${example.replace(/^/gm, '    ')}`,
  ].join('\n\n');
}
