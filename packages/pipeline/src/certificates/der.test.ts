import fc from 'fast-check';
import { expect, test } from 'vitest';
import { derBits, derInteger, derOctets, derOid, derTime } from './der.ts';

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');

test.each([
  ['1.2.840.10045.4.3.2', '06082a8648ce3d040302'],
  ['2.5.29.17', '0603551d11'],
  ['1.3.6.1.5.5.7.3.1', '06082b06010505070301'],
])('object identifier %s', (oid, expected) => {
  expect(hex(derOid(oid))).toBe(expected);
});

test('a whole number is as short as it can be and never negative (X.690 §8.3)', () => {
  expect(hex(derInteger(Buffer.of(0)))).toBe('020100');
  expect(hex(derInteger(Buffer.of(0, 0, 127)))).toBe('02017f');
  expect(hex(derInteger(Buffer.of(128)))).toBe('02020080');
  fc.assert(
    fc.property(fc.bigInt({ min: 0n, max: 2n ** 160n }), (value) => {
      const text = value.toString(16);
      const der = derInteger(Buffer.from(text.padStart(text.length + (text.length % 2), '0'), 'hex'));
      expect(BigInt(`0x${hex(der.subarray(2))}`)).toBe(value);
      expect((der[2] as number) < 0x80).toBe(true);
      if (der.length > 3 && der[2] === 0) expect((der[3] as number) >= 0x80).toBe(true);
    }),
  );
});

test.each([
  [0, '0400'],
  [127, '047f'],
  [128, '048180'],
  [255, '0481ff'],
  [256, '04820100'],
  [70_000, '0483011170'],
])('the length of %i bytes', (length, head) => {
  const der = derOctets(new Uint8Array(length));
  expect(hex(der).startsWith(head)).toBe(true);
  expect(der.length).toBe(length + head.length / 2);
});

test('two digits of the year until 2049, four after (RFC 5280 §4.1.2.5)', () => {
  expect(derTime(new Date('2049-12-31T23:59:59.999Z')).toString('latin1')).toBe('\x17\x0d491231235959Z');
  expect(derTime(new Date('2050-01-01T00:00:00Z')).toString('latin1')).toBe('\x18\x0f20500101000000Z');
});

test('a bit string tells how many bits are unused', () => {
  expect(hex(derBits(Buffer.of(0b0000_0110), 1))).toBe('03020106');
});
