import fc from 'fast-check';
import { expect, test } from 'vitest';
import { duration, parseDuration } from './duration.ts';

const UNITS = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

test('reads every whole number with a unit', () => {
  fc.assert(
    fc.property(fc.nat(99_999_999), fc.constantFrom(...Object.keys(UNITS)), (count, unit) => {
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

test.each(['', '15', 'm', '-1m', '1.5h', '15 m', '15M', '1e3s', '15m ', '1h30m', '100000000s', '٣m'])('refuses %j', (text) => {
  expect(parseDuration(text)).toBeUndefined();
});

test('both bounds belong to the range, one unit beyond does not', () => {
  const schema = duration('1m', '60m', '15m');
  expect(schema.parse('60s')).toBe(60_000);
  expect(schema.parse('1h')).toBe(3_600_000);
  expect(schema.safeParse('59s').error?.issues[0]?.message).toBe('must be between 1m and 60m');
  expect(schema.safeParse('61m').success).toBe(false);
});
