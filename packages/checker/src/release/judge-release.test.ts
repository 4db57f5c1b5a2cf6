import { expect, it } from 'vitest';
import { type Prover, type ReleaseLineId, releaseChecklist } from '../checklist/release-checklist.ts';
import { judgeRelease, type ReleaseOptions } from './judge-release.ts';
import type { Confirmation } from './parse-confirmations.ts';
import type { LineEvidence, ReadReport } from './parse-report.ts';

const NOW = Date.parse('2026-06-10T12:00:00Z');
const DAY = 86_400_000;
const proved: LineEvidence = { state: 'proved', why: undefined, undecided: false, acceptedUntil: undefined, audits: ['an-audit'] };
const elsewhere: LineEvidence = { ...proved, state: 'not-shown', why: 'proved by another', audits: [] };

/** A report of a run that proved all it can, but for these lines. */
function report(
  kind: Prover,
  change: Partial<Record<ReleaseLineId, Partial<LineEvidence>>> = {},
  at = NOW - DAY,
  name: string = kind,
): ReadReport {
  const lines = releaseChecklist.map(({ id, provedBy }) => {
    const provers: readonly Prover[] = provedBy;
    return [id, { ...(provers.includes(kind) ? proved : elsewhere), ...change[id] }] as const;
  });
  return { file: `${name}.json`, kind, name, at, lines: new Map(lines) };
}
const judged = (reports: readonly ReadReport[], options: Partial<ReleaseOptions> = {}) =>
  judgeRelease(reports, { confirmations: [], now: NOW, maxAge: 7, ...options });
const line = (id: ReleaseLineId, reports: readonly ReadReport[], options: Partial<ReleaseOptions> = {}) =>
  judged(reports, options).lines.find((each) => each.id === id);
const all = [report('app'), report('api'), report('proxy')];
const word = (id: ReleaseLineId, change: Partial<Confirmation> = {}): Partial<ReleaseOptions> => ({
  confirmations: [{ id, who: 'ann', when: '2026-06-01', evidence: 'ticket 7', expires: '2026-09-01', ...change }],
});

it('is ready when app, API and proxy prove all lines together, and says what each rests on', () => {
  expect(judged(all)).toMatchObject({ ready: true, counts: { proved: releaseChecklist.length } });
  expect(line('https-only', all)?.shownBy.map(({ report: { file }, audits }) => [file, audits])).toEqual([
    ['app.json', ['an-audit']],
    ['api.json', ['an-audit']],
  ]);
});

it('takes half a proof for none', () => {
  expect(line('https-only', [report('app'), report('proxy')])).toMatchObject({
    state: 'not-shown',
    why: 'no report of `sallyport check api`',
  });
});

it.each([
  ['broken', { state: 'broken', why: 'cors 1' }, 'broken', 'api: cors 1'],
  ['undecided', { state: 'not-shown', undecided: true, why: 'cors: no answer' }, 'not-shown', 'api: cors: no answer'],
  ['not run', { state: 'not-shown', why: 'not run: cors' }, 'not-shown', 'api: not run: cors'],
  ['by hand', { state: 'by-hand', why: 'cors: look' }, 'by-hand', 'api: cors: look'],
] as const)('is not ready with one line %s', (_, evidence, state, why) => {
  const reports = [report('app'), report('api', { 'narrow-cors': evidence }), report('proxy')];
  expect(judged(reports).ready).toBe(false);
  expect(line('narrow-cors', reports)).toMatchObject({ state, why });
});

it('lets a second report of a kind fill what was not run, and never what was undecided or broken', () => {
  const partial = (evidence: Partial<LineEvidence>) => [report('api', { 'narrow-cors': evidence }), report('api', {}, NOW, 'again')];
  expect(line('narrow-cors', partial({ state: 'not-shown', why: 'not run: cors' }))?.state).toBe('proved');
  expect(line('narrow-cors', partial({ state: 'not-shown', undecided: true }))?.state).toBe('not-shown');
  expect(line('narrow-cors', partial({ state: 'broken' }))?.state).toBe('broken');
});

it('counts what a run sees beyond its own lines', () => {
  const [app, , proxy] = all as [ReadReport, ReadReport, ReadReport];
  const api = report('api', { pins: { state: 'broken', why: 'pins-match 1' } });
  expect(line('pins', [app, api, proxy])).toMatchObject({ state: 'broken', why: 'api: pins-match 1' });
});

it('lets an old report prove nothing, and one from the future neither', () => {
  const stale = [report('app', {}, NOW - 8 * DAY), report('api'), report('proxy')];
  expect(judged(stale)).toMatchObject({ ready: false, reports: [{ days: 8, stale: 'older than 7 days' }, {}, {}] });
  expect(line('ats', stale)).toMatchObject({ state: 'not-shown', why: 'app: the report is older than 7 days' });
  expect(judged(stale, { maxAge: 9 }).ready).toBe(true);
  expect(line('ats', [report('app', {}, NOW + DAY)])).toMatchObject({ state: 'not-shown', why: expect.stringContaining('in the future') });
});

it('stands on an accepted risk until its day, and not after', () => {
  const accepted = (acceptedUntil: string) =>
    [report('app', { ats: { state: 'accepted', acceptedUntil, why: 'until then' } }), all[1], all[2]] as ReadReport[];
  expect(judged(accepted('2026-06-10')).ready).toBe(true);
  expect(line('ats', accepted('2026-06-10'))?.state).toBe('accepted');
  expect(line('ats', accepted('2026-06-09'))).toMatchObject({ state: 'broken', why: 'app: the accepted risk ended on 2026-06-09' });
});

it('lets a question that does not arise break nothing', () => {
  const reports = [report('app', { 'biometric-bound': { state: 'not-applicable' } }), report('api'), report('proxy')];
  expect(judged(reports).ready).toBe(true);
  expect(line('biometric-bound', reports)?.state).toBe('not-applicable');
});

it('believes a person about what a run left to persons or could not decide', () => {
  for (const evidence of [{ state: 'by-hand' }, { state: 'not-shown', undecided: true }] as const) {
    const reports = [report('app'), report('api', { 'monitoring-drill': evidence }), report('proxy')];
    expect(line('monitoring-drill', reports, word('monitoring-drill'))).toMatchObject({ state: 'confirmed', confirmation: { who: 'ann' } });
    expect(judged(reports, word('monitoring-drill')).ready).toBe(true);
  }
  // Somebody tried the app with a proxy of their own.
  expect(line('pins-against-proxy', all.slice(0, 2), word('pins-against-proxy'))?.state).toBe('confirmed');
});

it('does not believe a person against a finding, instead of a run, or for ever', () => {
  const broken = [report('app', { ats: { state: 'broken', why: 'one 1' } }), report('api'), report('proxy')];
  expect(line('ats', broken, word('ats'))).toMatchObject({ state: 'broken', why: 'app: one 1; the confirmation by ann does not mend it' });
  expect(line('ats', [report('api')], word('ats'))).toMatchObject({
    state: 'not-shown',
    why: expect.stringContaining('does not stand in for a run'),
  });
  const byHand = [report('app', { ats: { state: 'by-hand', why: 'look' } })];
  expect(line('ats', byHand, word('ats', { expires: '2026-06-09' }))).toMatchObject({
    state: 'by-hand',
    why: expect.stringContaining('ended on 2026-06-09'),
  });
});
