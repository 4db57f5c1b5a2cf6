/** The first line of a page that is made from the code. */
export function generatedFrom(source: string): string {
  return `<!-- Made from ${source} by \`npm run docs\`. Change it there. -->`;
}

/** A table. Cells may hold anything; what would break the table is escaped. */
export function markdownTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|').replaceAll('\n', ' ')).join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}
