import type { LineVerdict } from '../checklist/line-verdict.ts';
import { LINE_WORDS, splitChecklist } from './checklist-text.ts';
import { escapeHtml } from './escape-html.ts';
import { plural } from './report.ts';
import type { Subject } from './subject.ts';

/** One line of the checklist: state, text, why. @param detail finished HTML under it. */
export const checklistItem = (state: string, word: string, text: string, why: string | undefined, detail = ''): string =>
  `<li><span class="mark ${state}">${word}</span><span><b>${escapeHtml(text)}</b>${why === undefined ? '' : ` <span class="quiet">${phrase(why)}</span>`}${detail}</span></li>`;

/** Texts as code where they are set in backticks. */
const phrase = (text: string): string => escapeHtml(text).replaceAll(/`([^`]+)`/g, '<code>$1</code>');

/** The release checklist as a section of a page; what this kind of run does not look at is folded, with the command that does. */
export function htmlChecklist(lines: readonly LineVerdict[], kind: Subject['kind']): string {
  const { own, elsewhere } = splitChecklist(lines, kind);
  const items = own.map(({ state, text, why }) => checklistItem(state, LINE_WORDS[state], text, why));
  const folded = elsewhere.map(
    (group) =>
      `<details><summary>${plural(group.lines.length, 'line')} not looked at here, but by ${group.command}</summary><ul class="plain">${group.lines.map(({ text }) => `<li>${escapeHtml(text)}</li>`).join('')}</ul></details>`,
  );
  return `<section aria-labelledby="checklist"><h2 id="checklist">Release checklist</h2>
<ul class="checklist">${items.join('\n')}</ul>
${folded.join('\n')}</section>`;
}
