import { expect, it } from 'vitest';
import type { Audit, Confidence } from '../audit.ts';
import type { Finding } from './finding.ts';
import { settleYields } from './settle-yields.ts';

const audit = (id: string, yieldsTo?: string[]) => ({ id, yieldsTo }) as unknown as Audit;
const finding = (line: number, confidence: Confidence) => ({ path: 'a.swift', line, confidence }) as Finding;
const settle = (general: Finding[], special: Finding[]) =>
  settleYields([
    { audit: audit('general', ['special']), findings: general },
    { audit: audit('special'), findings: special },
  ]).map((findings) => findings.length);

it('leaves a line to the audit that says more about it', () => {
  expect(settle([finding(3, 'medium')], [finding(3, 'high')])).toEqual([0, 1]);
  expect(settle([finding(3, 'medium')], [finding(3, 'medium')])).toEqual([0, 1]);
});
it('stays where the other is less sure, or speaks of another line', () => {
  expect(settle([finding(3, 'medium')], [finding(3, 'low')])).toEqual([1, 1]);
  expect(settle([finding(3, 'medium')], [finding(4, 'high')])).toEqual([1, 1]);
});
