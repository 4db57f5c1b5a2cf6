import { plural } from '../report/report.ts';
import type { AgedReport, Release, ReleaseLine, ReleaseState } from './judge-release.ts';

export const RELEASE_WORDS: Readonly<Record<ReleaseState, string>> = {
  broken: 'broken',
  'not-shown': 'not shown',
  'by-hand': 'by hand',
  accepted: 'accepted',
  confirmed: 'confirmed',
  'not-applicable': 'not applicable',
  proved: 'proved',
};

/** @example 'Not ready for release: 1 line broken, 3 not shown.' */
export function releaseVerdict({ ready, counts, lines }: Release): string {
  if (ready) return `Ready for release: all ${lines.length} lines stand.`;
  const open = (['broken', 'not-shown', 'by-hand'] as const).filter((state) => counts[state] > 0);
  return `Not ready for release: ${open.map((state, at) => `${at === 0 ? plural(counts[state], 'line') : counts[state]} ${RELEASE_WORDS[state]}`).join(', ')}.`;
}

/** @example '3 days old' */
export const ageText = ({ days, stale }: AgedReport): string =>
  `${days === 0 ? 'of today' : `${plural(days, 'day')} old`}${stale === undefined ? '' : `: ${stale}, proves nothing`}`;

/** What a line rests on. @example ['ios: ats-arbitrary-loads, ats-exception-domains'] */
export function groundsOf({ state, shownBy, confirmation }: ReleaseLine): string[] {
  if (confirmation !== undefined)
    return [`${confirmation.who}, ${confirmation.when}, until ${confirmation.expires}: ${confirmation.evidence}`];
  // What is broken or open says why instead.
  if (state === 'broken' || state === 'not-shown' || state === 'by-hand') return [];
  return shownBy.map(({ report, audits }) => `${report.name}: ${audits.join(', ')}`);
}
