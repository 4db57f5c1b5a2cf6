import { expect, it } from 'vitest';
import type { Audit } from '../audit.ts';
import { audits } from '../audits/index.ts';
import type { Finding } from '../judge/finding.ts';
import { judge } from '../judge/judge.ts';
import type { AuditResult } from '../judge/run-audits.ts';
import { lineVerdicts } from './line-verdict.ts';
import type { ChecklistId, Prover } from './release-checklist.ts';

const [sample] = audits;
if (sample === undefined) throw new Error('there are no audits');
const audit = (id: string, checklist: ChecklistId): Audit => ({ ...sample, id, references: { checklist, cwe: [] } });
const own = [audit('one', 'ats'), audit('two', 'ats')];
const finding = (change: Partial<Finding> = {}): Finding => ({
  audit: 'one',
  severity: 'high',
  confidence: 'high',
  path: 'A.swift',
  line: 3,
  column: 1,
  endLine: 3,
  endColumn: 9,
  evidence: 'x',
  message: 'm',
  fingerprint: 'f'.repeat(32),
  related: [],
  ...change,
});
type Given = Partial<Omit<AuditResult, 'audit'>>;

/** The line `ats` after a run in which both its audits came out so. */
function line(
  first: Given,
  second: Given = {},
  options: { kind?: Prover; risks?: Parameters<typeof judge>[1]['risks']; all?: Audit[] } = {},
) {
  const results = [first, second].map(
    (given, at) => ({ audit: own[at] as Audit, state: 'pass', why: undefined, findings: [], ...given }) as AuditResult,
  );
  const judged = judge(results, {
    risks: options.risks ?? [],
    baseline: new Set(['known']),
    today: '2026-06-01',
    failOn: 'high',
    failOnAudits: [],
    all: false,
  });
  return lineVerdicts(options.kind ?? 'app', options.all ?? own, judged.results).find(({ id }) => id === 'ats');
}
const failed = (change: Partial<Finding> = {}): Given => ({ state: 'fail', findings: [finding(change)] });
const risk = { audit: 'one', path: 'A.swift', reason: 'r', owner: 'o', expires: '2026-07-01' };

it('proves a line when all its audits passed, and those that do not apply leave it alone', () => {
  expect(line({})).toMatchObject({
    state: 'proved',
    audits: [
      { id: 'one', state: 'pass' },
      { id: 'two', state: 'pass' },
    ],
  });
  expect(line({}, { state: 'not-applicable' })).toMatchObject({ state: 'proved' });
  expect(line({ state: 'not-applicable' }, { state: 'not-applicable' })).toMatchObject({ state: 'not-applicable' });
});

it('breaks it on any finding, with counts, also beside undecided audits', () => {
  expect(line(failed(), { state: 'inconclusive', why: 'w' })).toMatchObject({ state: 'broken', findings: 1, why: '1 finding: one' });
  expect(line(failed({ severity: 'low' }))).toMatchObject({ state: 'broken' });
  // The baseline keeps the gate open; the release still has the weakness.
  expect(line(failed({ fingerprint: 'known' }))).toMatchObject({ state: 'broken' });
});

it.each([
  ['inconclusive', { state: 'inconclusive', why: 'the clone is shallow' }, 'the clone is shallow'],
  ['an error', { state: 'error', why: 'it crashed' }, 'it crashed'],
] as const)('never calls a line proved when one of its audits was %s', (_, given, why) => {
  expect(line({}, given)).toMatchObject({ state: 'not-shown', undecided: true, why: expect.stringContaining(why) });
});

it('never calls a line proved when an audit was not run or was not given what it reads', () => {
  expect(line({}, {}, { all: [...own, audit('three', 'ats')] })).toMatchObject({
    state: 'not-shown',
    undecided: false,
    why: 'not run: three',
  });
  expect(line({}, { state: 'not-applicable', unseen: 'No source code was given.' })).toMatchObject({
    state: 'not-shown',
    why: 'No source code was given.',
  });
});

it('accepts a line whose findings somebody answers for, until the first of them runs out', () => {
  expect(line(failed(), {}, { risks: [risk] })).toMatchObject({ state: 'accepted', acceptedUntil: '2026-07-01', findings: 1 });
  const undecided = { ...failed(), otherwise: 'inconclusive' as const, why: 'half of it was read' };
  expect(line(undecided, {}, { risks: [risk] })).toMatchObject({ state: 'not-shown', undecided: true });
});

it('leaves to a person what only a person can say', () => {
  expect(line({}, { state: 'manual', why: 'look at the pager' })).toMatchObject({ state: 'by-hand', why: 'two: look at the pager' });
  expect(line({ state: 'warn', findings: [finding({ confidence: 'low' })] })).toMatchObject({ state: 'by-hand' });
  expect(line({ state: 'warn', findings: [finding({ severity: 'info' })] })).toMatchObject({ state: 'by-hand' });
});

it('says which command proves what this kind of run does not look at', () => {
  expect(line({}, {}, { kind: 'api', all: [] })).toMatchObject({ state: 'not-shown', why: 'proved by `sallyport check app`' });
  const both = lineVerdicts(
    'app',
    [audit('one', 'https-only')],
    [{ audit: audit('one', 'https-only'), state: 'pass', why: undefined, findings: [] }],
  );
  expect(both.find(({ id }) => id === 'https-only')).toMatchObject({
    state: 'proved',
    why: expect.stringContaining('`sallyport check api`'),
  });
});
