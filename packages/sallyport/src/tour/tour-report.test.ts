import { expect, test } from 'vitest';
import { reportTour } from './tour-report.ts';

const step = { id: 'call', title: 'A call', ok: true, ms: 3 };
const attack = { id: 'flood', threat: 'T7', title: 'A flood', held: true, reason: 'address-rate-limited', evidence: '429', ms: 5 } as const;

test('holds only if every step and every refusal did', () => {
  expect(reportTour([step], [attack], {}).ok).toBe(true);
  expect(reportTour([step, { ...step, ok: false, why: 'expected 200' }], [attack], {}).ok).toBe(false);
  expect(reportTour([step], [attack, { ...attack, held: false }], {}).ok).toBe(false);
});

test('a tour of nothing has shown nothing', () => {
  expect(reportTour([], [], {}).ok).toBe(false);
});

test('the document has the promised members and no others', () => {
  expect(reportTour([step], [attack], { gateway: 'https://localhost:8443' })).toEqual({
    ok: true,
    steps: [{ id: 'call', ok: true, ms: 3 }],
    attacks: [{ id: 'flood', threat: 'T7', held: true, reason: 'address-rate-limited', evidence: '429' }],
    urls: { gateway: 'https://localhost:8443' },
  });
});
