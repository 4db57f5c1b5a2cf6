import { expect, it } from 'vitest';
import { asAudit } from '../api/as-audit.ts';
import { apiAudits } from '../api/audits/index.ts';
import { audits } from '../audits/index.ts';
import { auditsOfLine, checklistReference } from '../report/checklist-reference.ts';
import { beyondChecklist, releaseChecklist } from './release-checklist.ts';

const all = { app: audits, api: apiAudits.map(asAudit) };
const ids = (line: (typeof releaseChecklist)[number]['id'], prover: string) =>
  auditsOfLine(line, all).find((each) => each.prover === prover)?.ids ?? [];

// An app's and an API's own audits; the other two are a command of its own, and a person.
const lines = releaseChecklist.flatMap(({ id, provedBy }) =>
  provedBy.filter((prover) => prover === 'app' || prover === 'api').map((prover) => [id, prover] as const),
);

it.each(lines)('the line %s is proved by an audit of the %s at least', (id, prover) => {
  expect(ids(id, prover)).not.toEqual([]);
});

it('names each line once', () => {
  const names = [...releaseChecklist, ...beyondChecklist].map(({ id }) => id);
  expect(new Set(names).size).toBe(names.length);
});

it('refers every audit to a line, and shows each line with its audits in the reference', () => {
  const page = checklistReference(all);
  for (const { id, references } of [...all.app, ...all.api]) {
    const row = page.split('\n').find((line) => line.includes(`| \`${references.checklist}\` |`));
    expect(row, id).toContain(`[\`${id}\`](#${id})`);
  }
});
