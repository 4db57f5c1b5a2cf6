import fc from 'fast-check';
import { expect, test } from 'vitest';
import { duration, formatDuration, parseDuration } from './duration.ts';

const UNITS = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

test('reads every whole number with a unit', () => {
  fc.assert(
    fc.property(fc.nat(999_999_999), fc.constantFrom(...Object.keys(UNITS)), (count, unit) => {
      expect(parseDuration(`${count}${unit}`)).toBe(count * UNITS[unit as keyof typeof UNITS]);
    }),
  );
});

test('whatever text it is given, it answers with a finite number or nothing', () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom(...'0123456789.-+e mshd') }), (text) => {
      const value = parseDuration(text);
      if (value !== undefined) expect(Number.isSafeInteger(value)).toBe(true);
    }),
  );
});

test.each(['', '15', 'm', '-1m', '1.5h', '15 m', '15M', '1e3s', '15m ', '1h30m', '1000000000s', '٣m'])('refuses %j', (text) => {
  expect(parseDuration(text)).toBeUndefined();
});

test('what is written is read back, in the largest unit', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 86_400_000 * 365 }), (milliseconds) => {
      const text = formatDuration(milliseconds);
      // Above nine digits of milliseconds only rounder values are written, as the policy does.
      if (/^\d{1,9}[a-z]/.test(text)) expect(parseDuration(text)).toBe(milliseconds);
    }),
  );
  expect([900_000, 90_000, 1500, 0, 172_800_000].map(formatDuration)).toEqual(['15m', '90s', '1500ms', '0ms', '2d']);
});

test('both bounds belong to the range, one unit beyond does not', () => {
  const schema = duration('1m', '60m', '15m');
  expect(schema.parse('60s')).toBe(60_000);
  expect(schema.parse('1h')).toBe(3_600_000);
  expect(schema.safeParse('59s').error?.issues[0]?.message).toBe('must be between 1m and 60m');
  expect(schema.safeParse('61m').success).toBe(false);
});
