import { LINE_STATES, type LineState, type LineVerdict } from '../checklist/line-verdict.ts';
import { PROVER_COMMANDS, PROVERS } from '../checklist/release-checklist.ts';
import type { Ink, Paint } from './paint.ts';
import type { Subject } from './subject.ts';
import { wrap } from './wrap.ts';

export const LINE_WORDS: Readonly<Record<LineState, string>> = {
  broken: 'broken',
  'not-shown': 'not shown',
  'by-hand': 'by hand',
  accepted: 'accepted',
  'not-applicable': 'not applicable',
  proved: 'proved',
};
const LINE_INKS: Readonly<Record<LineState, Ink>> = {
  broken: 'high',
  'not-shown': 'medium',
  'by-hand': 'medium',
  accepted: 'low',
  'not-applicable': 'dim',
  proved: 'good',
};
/** The longest word and a blank. */
const STATE_WIDTH = 15;

/** Lines this kind of run looks at, or found broken all the same; the others by the runs that prove them. */
export function splitChecklist(lines: readonly LineVerdict[], kind: Subject['kind']) {
  const isOwn = ({ provedBy, state }: LineVerdict) => provedBy.includes(kind) || state === 'broken';
  const rest = lines.filter((line) => !isOwn(line));
  return {
    own: [...lines].filter(isOwn).sort((left, right) => LINE_STATES.indexOf(left.state) - LINE_STATES.indexOf(right.state)),
    elsewhere: PROVERS.map((prover) => ({
      command: PROVER_COMMANDS[prover],
      lines: rest.filter(({ provedBy }) => provedBy[0] === prover),
    })).filter((group) => group.lines.length > 0),
  };
}

/** The release checklist for a terminal, what stands against a release first. @param width columns. */
export function checklistText(lines: readonly LineVerdict[], kind: Subject['kind'], width: number, paint: Paint): string[] {
  const { own, elsewhere } = splitChecklist(lines, kind);
  const out = [paint('Release checklist', 'bold')];
  for (const { state, text, why } of own) {
    const [first = '', ...rest] = wrap(`${text}${why === undefined ? '' : `: ${why}`}`, width - STATE_WIDTH - 2);
    out.push(`  ${paint(LINE_WORDS[state].padEnd(STATE_WIDTH), LINE_INKS[state])}${first}`);
    out.push(...rest.map((line) => `  ${' '.repeat(STATE_WIDTH)}${line}`));
  }
  for (const group of elsewhere) {
    const text = `Not looked at here, but by ${group.command}: ${group.lines.map((line) => line.text).join('; ')}.`;
    out.push(...wrap(text, width - 2).map((line) => paint(`  ${line}`, 'dim')));
  }
  return out;
}
