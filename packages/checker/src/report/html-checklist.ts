import type { LineVerdict } from '../checklist/line-verdict.ts';
import { LINE_WORDS, splitChecklist } from './checklist-text.ts';
import { escapeHtml } from './escape-html.ts';
import { plural } from './report.ts';
import type { Subject } from './subject.ts';

/** One line of the checklist: state, text, and under it what there is to say. @param notes finished HTML. */
export const checklistItem = (state: string, word: string, text: string, notes: readonly string[]): string =>
  `<li><span class="mark ${state}">${word}</span><span><b>${escapeHtml(text)}</b>${notes.map((note) => `<span class="ground">${note}</span>`).join('')}</span></li>`;

/** A sentence as HTML; what is set in backticks becomes code. */
export const phrase = (text: string): string => escapeHtml(text).replaceAll(/`([^`]+)`/g, '<code>$1</code>');

/** Leads from the audits that broke a line to their findings on the page. */
function linked({ state, why = '', audits }: LineVerdict): string {
  if (state !== 'broken') return phrase(why);
  const found = audits.filter((audit) => audit.state === 'fail' || audit.state === 'warn').map(({ id }) => id);
  return phrase(why).replaceAll(/[a-z][a-z0-9-]+/g, (word) => (found.includes(word) ? `<a href="#audit-${word}">${word}</a>` : word));
}

/** The release checklist as a section of a page; what this kind of run does not look at is folded, with the command that does. */
export function htmlChecklist(lines: readonly LineVerdict[], kind: Subject['kind']): string {
  const { own, elsewhere } = splitChecklist(lines, kind);
  const items = own.map((line) =>
    checklistItem(line.state, LINE_WORDS[line.state], line.text, line.why === undefined ? [] : [linked(line)]),
  );
  const folded = elsewhere.map(
    (group) =>
      `<details><summary>${plural(group.lines.length, 'line')} not looked at here, but by ${group.command}</summary><ul class="plain">${group.lines.map(({ text }) => `<li>${escapeHtml(text)}</li>`).join('')}</ul></details>`,
  );
  return `<section aria-labelledby="checklist"><h2 id="checklist">Release checklist</h2>
<ul class="checklist">${items.join('\n')}</ul>
${folded.join('\n')}</section>`;
}
