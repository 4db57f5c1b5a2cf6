import { createPaint, type Ink } from '../report/paint.ts';
import type { Style } from '../report/terminal-report.ts';
import { wrap } from '../report/wrap.ts';
import { RELEASE_STATES, type Release, type ReleaseState } from './judge-release.ts';
import { ageText, groundsOf, RELEASE_WORDS, releaseVerdict } from './release-words.ts';

const INKS: Readonly<Record<ReleaseState, Ink>> = {
  broken: 'high',
  'not-shown': 'medium',
  'by-hand': 'medium',
  accepted: 'low',
  confirmed: 'good',
  'not-applicable': 'dim',
  proved: 'good',
};
/** The longest word and a blank. */
const STATE_WIDTH = 15;

/** The release checklist for a terminal, what stands against the release first; then the reports it rests on. */
export function releaseText(release: Release, { color, width }: Style): string {
  const paint = createPaint(color);
  const out = [paint('Release checklist', 'bold')];
  const indent = ' '.repeat(STATE_WIDTH + 2);
  for (const state of RELEASE_STATES) {
    for (const line of release.lines.filter((each) => each.state === state)) {
      const [first = '', ...rest] = wrap(`${line.text}${line.why === undefined ? '' : `: ${line.why}`}`, width - indent.length);
      out.push(`  ${paint(RELEASE_WORDS[state].padEnd(STATE_WIDTH), INKS[state])}${first}`, ...rest.map((text) => `${indent}${text}`));
      for (const ground of groundsOf(line))
        out.push(...wrap(ground, width - indent.length).map((text) => paint(`${indent}${text}`, 'dim')));
    }
  }
  out.push('', paint('Reports', 'bold'));
  for (const report of release.reports)
    out.push(
      `  ${report.kind.padEnd(6)}${report.name}, ${report.file}, ${paint(ageText(report), report.stale === undefined ? 'dim' : 'medium')}`,
    );
  out.push('', paint(releaseVerdict(release), release.ready ? 'good' : 'high'));
  return `${out.join('\n')}\n`;
}
