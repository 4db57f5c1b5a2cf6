/**
 * Lays out the labelled sources for `measure-labels.ts` from bare git directories that were fetched before.
 *
 *   node bench/checker/lay-out-corpus.ts --labels labels.json --mirror FOLDER --out FOLDER
 *
 * For each source of the labels, `FOLDER/<owner>+<name>/repo` is looked for and the labelled commit's text files are written to
 * `OUT/<source>/`. Nothing of it belongs into this repository.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';

const { values } = parseArgs({ options: { labels: { type: 'string' }, mirror: { type: 'string' }, out: { type: 'string' } } });
const { labels, mirror, out } = values;
const say = (line: string) => process.stdout.write(`${line}\n`);
if (labels === undefined || mirror === undefined || out === undefined) {
  say('Give --labels FILE, --mirror FOLDER and --out FOLDER.');
  process.exit(2);
}

interface Labels {
  sources: Record<string, { origin: string; commit: string }>;
  entries: { src: string; path: string }[];
}
const TEXT = /\.(?:swift|mm?|h|plist|entitlements|xcconfig|pbxproj|jsx?|tsx?|json|xml)$/i;
const { sources, entries } = JSON.parse(readFileSync(labels, 'utf8')) as Labels;

for (const [name, source] of Object.entries(sources)) {
  const repository = /[\w.-]+\/[\w.-]+/.exec(source.origin)?.[0] ?? '';
  const git = join(mirror, repository.replace('/', '+'), 'repo');
  // Only the folders that hold labels: some of the repositories are huge.
  const folders = [
    ...new Set(entries.filter((entry) => entry.src === name).map((entry) => entry.path.split('/').slice(0, 3).join('/'))),
  ].map((path) => (path.includes('.') ? dirname(path) : path));
  let count = 0;
  try {
    const listing = execFileSync('git', ['--git-dir', git, 'ls-tree', '-r', '-z', '--name-only', source.commit, '--', ...folders], {
      maxBuffer: 1 << 28,
    }).toString();
    for (const path of listing.split('\0').filter((item) => TEXT.test(item) && !item.split('/').includes('..'))) {
      try {
        const text = execFileSync('git', ['--git-dir', git, 'show', `${source.commit}:${path}`], {
          maxBuffer: 1 << 26,
          stdio: ['ignore', 'pipe', 'ignore'],
        });
        mkdirSync(dirname(join(out, name, path)), { recursive: true });
        writeFileSync(join(out, name, path), text);
        count++;
      } catch {
        // A snapshot may leave out single objects; the rest is still worth measuring.
      }
    }
    say(`${name}: ${count} files`);
  } catch {
    say(`${name}: ${repository} at ${source.commit.slice(0, 10)} is not under ${mirror}; fetch it first.`);
  }
}
