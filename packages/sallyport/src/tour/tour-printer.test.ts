import { expect, test } from 'vitest';
import { tourPrinter } from './tour-printer.ts';

const print = (color: boolean) => {
  let text = '';
  const printer = tourPrinter((part) => {
    text += part;
  }, color);
  printer.heading('Steps');
  printer.step({ id: 'call', title: 'A call', ok: false, ms: 3, why: 'expected 200, got 500' });
  printer.attack({ id: 'flood', threat: 'T7', title: 'A flood', held: true, reason: 'address-rate-limited', evidence: '429 seen', ms: 5 });
  return text;
};

test('says in words what failed, why, and what held', () => {
  expect(print(false)).toBe(
    '\nSteps\n  FAIL  A call 3 ms\n        expected 200, got 500\n  held  T7  A flood\n            address-rate-limited · 429 seen\n',
  );
});

test('colours add nothing but colour', () => {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: removing escape sequences is the point.
  expect(print(true).replace(/\u001b\[\d+m/g, '')).toBe(print(false));
  expect(print(true)).not.toBe(print(false));
});
