import { expect, it } from 'vitest';
import { audits } from '../audits/index.ts';
import type { Finding } from './finding.ts';
import { type JudgeOptions, judge } from './judge.ts';

const [audit] = audits;
if (audit === undefined) throw new Error('there are no audits');
const finding = (change: Partial<Finding> = {}): Finding => ({
  audit: audit.id,
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
const judged = (findings: readonly Finding[], options: Partial<JudgeOptions> = {}) =>
  judge([{ audit, state: 'fail', why: undefined, findings }], {
    risks: [],
    baseline: new Set(),
    today: '2026-06-01',
    failOn: 'high',
    failOnAudits: [],
    all: false,
    ...options,
  });
const risk = { audit: audit.id, path: 'A.swift', reason: 'r', owner: 'o', expires: '2026-06-01' };

it('closes the gate from the severity up, and says why', () => {
  expect(judged([finding()]).gate).toEqual({ open: false, because: ['1 finding of severity high or worse'] });
  expect(judged([finding({ severity: 'medium' })]).gate.open).toBe(true);
  expect(judged([finding({ severity: 'critical' })], { failOn: 'none' }).gate.open).toBe(true);
});
it('closes the gate on a named audit whatever its severity', () => {
  expect(judged([finding({ severity: 'low' })], { failOnAudits: [audit.id] }).gate.open).toBe(false);
});
it('puts the worst first', () => {
  const order = judged([finding({ severity: 'low' }), finding({ severity: 'critical' }), finding({ severity: 'high' })]).open;
  expect(order.map(({ severity }) => severity)).toEqual(['critical', 'high', 'low']);
});
it('hides low confidence until asked, and never lets it close the gate', () => {
  const weak = [finding({ confidence: 'low', severity: 'critical' })];
  expect(judged(weak)).toMatchObject({ open: [], hidden: 1, gate: { open: true } });
  expect(judged(weak, { all: true })).toMatchObject({ hidden: 0, gate: { open: true } });
  expect(judged(weak).results[0]?.state).toBe('warn');
});
it('accepts a risk through its last day and not after', () => {
  expect(judged([finding()], { risks: [risk] })).toMatchObject({ open: [], gate: { open: true } });
  expect(judged([finding()], { risks: [risk], today: '2026-06-02' }).gate.open).toBe(false);
  expect(judged([finding()], { risks: [risk] }).results[0]?.state).toBe('pass');
});
it('lets the baseline cover its own fingerprints only', () => {
  const baseline = new Set(['f'.repeat(32)]);
  expect(judged([finding(), finding({ fingerprint: 'e'.repeat(32) })], { baseline }).open).toHaveLength(1);
});
