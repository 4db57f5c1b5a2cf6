/**
 * Recall and precision against labelled lines of public repositories, and alerts per thousand lines on well-kept apps.
 *
 *   node bench/checker/measure-labels.ts --labels labels.json --corpus FOLDER [--misses CLASS|all] [--per-folder] [--apps FOLDER,FOLDER]
 *
 * FOLDER holds one folder per label source (`codeql/`, `mastg/`, …) checked out at the labelled commit; `lay-out-corpus.ts` lays it out. With `--per-folder` each
 * folder of a source is a project of its own, checked as the command does: small samples whose declarations must not be known to each
 * other. Otherwise test code is audited too, since other tools keep their samples there.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { audits } from '../../packages/checker/src/audits/index.ts';
import { gather } from '../../packages/checker/src/gather/gather.ts';
import type { Finding } from '../../packages/checker/src/judge/finding.ts';
import { runAudits } from '../../packages/checker/src/judge/run-audits.ts';
import { LABEL_CLASSES } from './label-classes.ts';

interface Label {
  src: string;
  path: string;
  line: number;
  span?: number;
  cls: string;
  expected: 'good' | 'bad';
  hard?: boolean;
  contested?: boolean;
  label: string;
}

const { values } = parseArgs({
  options: {
    labels: { type: 'string' },
    corpus: { type: 'string' },
    misses: { type: 'string' },
    apps: { type: 'string' },
    src: { type: 'string' },
    'per-folder': { type: 'boolean', default: false },
  },
});
const labelsPath = values.labels ?? process.env.SALLYPORT_LABELS;
const corpus = values.corpus ?? process.env.SALLYPORT_CORPUS;
const say = (line: string) => process.stdout.write(`${line}\n`);

if (labelsPath === undefined || corpus === undefined) {
  say('Give --labels FILE and --corpus FOLDER (or SALLYPORT_LABELS and SALLYPORT_CORPUS).');
  process.exit(2);
}
const { entries } = JSON.parse(readFileSync(labelsPath, 'utf8')) as { entries: Label[] };
const findings = new Map<string, Finding[]>();
const sources = [...new Set(entries.map((entry) => entry.src))].filter((src) => existsSync(join(corpus, src)));
/** The projects of a source: the whole of it, or each of its folders. Paths of findings begin with the folder. */
const projectsOf = (src: string): string[] =>
  values['per-folder']
    ? readdirSync(join(corpus, src), { withFileTypes: true }).flatMap((entry) => (entry.isDirectory() ? [`${entry.name}/`] : []))
    : [''];
for (const src of sources) {
  for (const folder of projectsOf(src)) {
    const artifacts = await gather(join(corpus, src, folder), { history: false }).catch((error: Error) => error);
    if (artifacts instanceof Error) {
      say(`NOT READ ${src}/${folder}: ${artifacts.message}`);
      continue;
    }
    for (const result of runAudits(audits, artifacts, { includeTests: !values['per-folder'] })) {
      if (result.state === 'error') say(`ERROR ${src}/${folder} ${result.audit.id}: ${result.why}`);
      for (const finding of result.findings) {
        if (finding.confidence === 'low') continue;
        const key = `${src}:${folder}${finding.path}`;
        findings.set(key, [...(findings.get(key) ?? []), finding]);
      }
    }
  }
}

interface Score {
  bad: number;
  hit: number;
  good: number;
  false: number;
  hard: number;
  hardHit: number;
}
/** A row's lines end where a row of the opposite verdict begins: what is found there is that row's. */
const lastLine = (entry: Label): number => {
  const next = entries
    .filter((other) => other.src === entry.src && other.path === entry.path && other.cls === entry.cls && other.line > entry.line)
    .filter((other) => other.expected !== entry.expected)
    .reduce((first, other) => Math.min(first, other.line), Number.POSITIVE_INFINITY);
  return Math.min(entry.line + (entry.span ?? 0), next - 1);
};
const scores = new Map<string, Score>();
const total: Score = { bad: 0, hit: 0, good: 0, false: 0, hard: 0, hardHit: 0 };
for (const entry of entries) {
  if (!sources.includes(entry.src)) continue;
  // A class that is no group of ours is the audit of its name.
  const wanted = LABEL_CLASSES[entry.cls] ?? [entry.cls];
  const last = lastLine(entry);
  const hit = (findings.get(`${entry.src}:${entry.path}`) ?? []).some(
    // What is said of a file as a whole stands at its first line.
    (finding) => wanted.includes(finding.audit) && Math.max(finding.line, 1) >= entry.line && Math.max(finding.line, 1) <= last,
  );
  let score = scores.get(entry.cls);
  if (score === undefined) {
    score = { bad: 0, hit: 0, good: 0, false: 0, hard: 0, hardHit: 0 };
    scores.set(entry.cls, score);
  }
  for (const sum of [score, total]) {
    if (entry.hard === true || entry.contested === true) {
      if (entry.expected === 'bad') {
        sum.hard++;
        if (hit) sum.hardHit++;
      }
    } else if (entry.expected === 'bad') {
      sum.bad++;
      if (hit) sum.hit++;
    } else {
      sum.good++;
      if (hit) sum.false++;
    }
  }
  if (
    (values.misses === entry.cls || values.misses === 'all') &&
    entry.contested !== true &&
    (values.src === undefined || values.src === entry.src) &&
    hit !== (entry.expected === 'bad')
  ) {
    const text = readFileSync(join(corpus, entry.src, entry.path), 'utf8')
      .split('\n')
      [entry.line - 1]?.trim()
      .slice(0, 150);
    say(
      `${entry.expected === 'bad' ? 'MISS ' : 'FALSE'}${entry.hard === true ? ' hard' : ''} ${entry.src}/${entry.path}:${entry.line}  ${text}`,
    );
  }
}
const share = (part: number, whole: number) => (whole === 0 ? '   -' : (part / whole).toFixed(2));
say(`${'class'.padEnd(32)} bad  hit recall  good false precision  hard+contested`);
const row = (name: string, score: Score) =>
  say(
    `${name.padEnd(32)} ${String(score.bad).padStart(3)}  ${String(score.hit).padStart(3)}   ${share(score.hit, score.bad)}  ${String(score.good).padStart(4)}   ${String(score.false).padStart(3)}      ${share(score.hit, score.hit + score.false)}  ${score.hardHit}/${score.hard}`,
  );
for (const name of [...scores.keys()].sort()) row(name, scores.get(name) as Score);
row('all', total);

for (const app of (values.apps ?? '').split(',').filter((item) => item !== '')) {
  const started = performance.now();
  const artifacts = await gather(app, { history: false });
  const results = runAudits(audits, artifacts);
  const alerts = results
    .flatMap((result) => result.findings)
    .filter((finding) => finding.confidence !== 'low' && finding.severity !== 'info');
  const seconds = (performance.now() - started) / 1000;
  const bytes = artifacts.code.reduce((sum, unit) => sum + unit.source.length, 0);
  say(
    `${app}: ${artifacts.lines} lines, ${alerts.length} alerts, ${((alerts.length * 1000) / artifacts.lines).toFixed(2)} per kLOC, ${(bytes / 1e6 / seconds).toFixed(1)} MB/s, ${Math.round(process.memoryUsage().rss / 1e6)} MB`,
  );
  const counts = new Map<string, number>();
  for (const alert of alerts) counts.set(alert.audit, (counts.get(alert.audit) ?? 0) + 1);
  say(
    `  ${[...counts]
      .sort((left, right) => right[1] - left[1])
      .map(([id, count]) => `${id} ${count}`)
      .join(', ')}`,
  );
}
