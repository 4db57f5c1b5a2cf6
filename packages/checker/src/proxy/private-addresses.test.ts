import { expect, test } from 'vitest';
import { admits, plainAddress } from './private-addresses.ts';

test.each(['127.0.0.1', '10.1.2.3', '172.31.0.1', '192.168.1.20', '169.254.7.7', '::1', 'fd00::1', 'fe80::1'])('%s is of the house', (a) =>
  expect(admits([])(a)).toBe(true),
);
test.each(['8.8.8.8', '172.32.0.1', '100.64.0.1', '2001:db8::1', '', 'localhost'])('%j is not', (a) => expect(admits([])(a)).toBe(false));

test('one that is named is let in, and no other', () => {
  const admitted = admits(['203.0.113.9', '2001:db8::7']);
  expect(['203.0.113.9', '2001:db8::7', '203.0.113.8', '10.0.0.1'].map(admitted)).toEqual([true, true, false, true]);
});

test('an address is written as people write it', () => {
  expect(['::ffff:10.0.0.1', 'fe80::1%en0', '::1', undefined].map((each) => plainAddress(each))).toEqual([
    '10.0.0.1',
    'fe80::1',
    '::1',
    '',
  ]);
});
