import { escapeHtml } from '../report/escape-html.ts';
import { checklistItem, phrase } from '../report/html-checklist.ts';
import { htmlPage } from '../report/html-page.ts';
import { plural } from '../report/report.ts';
import { RELEASE_STATES, type Release, type ReleaseState } from './judge-release.ts';
import { ageText, groundsOf, RELEASE_WORDS, releaseVerdict } from './release-words.ts';

/** Counted in the tiles, each with the colour of a severity. */
const TILES: readonly (readonly [states: readonly ReleaseState[], word: string, colour: string])[] = [
  [['broken'], 'broken', 'high'],
  [['not-shown'], 'not shown', 'medium'],
  [['by-hand'], 'by hand', 'medium'],
  [['accepted', 'confirmed'], 'vouched for', 'low'],
  [['proved', 'not-applicable'], 'stand', 'goodTile'],
];

/** One self-contained page: the verdict, the whole checklist with its grounds, and the reports behind it. */
export function releaseHtml(release: Release, about: { readonly version: string; readonly at: string }): string {
  const { lines, reports, counts, ready } = release;
  const tiles = TILES.map(([states, word, colour]) => {
    const count = states.reduce((sum, state) => sum + counts[state], 0);
    return `<div class="tile ${colour}${count === 0 ? ' none' : ''}"><b>${count}</b><span>${word}</span></div>`;
  });
  const items = RELEASE_STATES.flatMap((state) =>
    lines
      .filter((line) => line.state === state)
      .map((line) => {
        const why = line.why === undefined ? [] : [phrase(line.why)];
        return checklistItem(state, RELEASE_WORDS[state], line.text, [...why, ...groundsOf(line).map(escapeHtml)]);
      }),
  );
  const rows = reports.map(
    (report) =>
      `<tr><th scope="row">${escapeHtml(report.name)}</th><td>${report.kind}</td><td>${escapeHtml(report.file)}</td><td class="${report.stale === undefined ? 'plainText' : 'warnText'}">${escapeHtml(ageText(report))}</td></tr>`,
  );
  return htmlPage({
    kicker: 'Sallyport release check',
    heading: [...new Set(reports.map(({ name }) => name))].join(' · '),
    verdict: { good: ready, text: releaseVerdict(release) },
    meta: `${lines.length} lines · ${plural(reports.length, 'report')} · ${about.at.slice(0, 10)}`,
    footer: `Put together from the reports named here. What no run shows and nobody vouches for does not stand. Sallyport ${about.version}.`,
    body: `<section class="tiles" aria-label="Lines by state">
${tiles.join('\n')}
</section>
<section aria-labelledby="checklist"><h2 id="checklist">Release checklist</h2>
<ul class="checklist">${items.join('\n')}</ul>
</section>
<section aria-labelledby="reports"><h2 id="reports">Reports</h2>
<div class="scroll"><table><thead><tr><th scope="col">Subject</th><th scope="col">Kind</th><th scope="col">File</th><th scope="col">Age</th></tr></thead><tbody>
${rows.join('\n')}
</tbody></table></div>
</section>`,
  });
}
