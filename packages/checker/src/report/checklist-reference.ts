import type { Audit } from '../audit.ts';
import { beyondChecklist, type ChecklistId, type Prover, releaseChecklist } from '../checklist/release-checklist.ts';

/** The audits of each kind of run. A person has none. */
export type AuditsByProver = Partial<Record<Prover, readonly Pick<Audit, 'id' | 'references'>[]>>;

/** The audits that help to prove a line, by the run they belong to. */
export const auditsOfLine = (line: ChecklistId, audits: AuditsByProver): { readonly prover: Prover; readonly ids: readonly string[] }[] =>
  (Object.entries(audits) as [Prover, NonNullable<AuditsByProver[Prover]>][])
    .map(([prover, all]) => ({ prover, ids: all.filter(({ references }) => references.checklist === line).map(({ id }) => id) }))
    .filter(({ ids }) => ids.length > 0);

/** The first page of `docs/reference/audits.md`: each line of the release checklist, who must prove it, and by which audits. */
export function checklistReference(audits: AuditsByProver): string {
  const shown = (line: ChecklistId) =>
    auditsOfLine(line, audits)
      .map(({ prover, ids }) => `${prover}: ${ids.map((id) => `[\`${id}\`](#${id})`).join(', ')}`)
      .join('<br>');
  return `${[
    '# The release checklist',
    '',
    '`sallyport check release` puts the reports of an app, an API and a proxy run together and says of each line whether it is proved. Generated from the code; do not edit.',
    '',
    '| line | id | proved by | audits |',
    '|---|---|---|---|',
    ...releaseChecklist.map(({ id, text, provedBy }) => `| ${text} | \`${id}\` | ${provedBy.join(' and ')} | ${shown(id)} |`),
    '',
    'Beyond the release checklist:',
    '',
    '| line | id | audits |',
    '|---|---|---|',
    ...beyondChecklist.map(({ id, text }) => `| ${text} | \`${id}\` | ${shown(id)} |`),
  ].join('\n')}\n`;
}
