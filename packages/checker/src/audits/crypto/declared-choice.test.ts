import { expect, it } from 'vitest';
import { assemble } from '../../gather/assemble.ts';
import { runAudits } from '../../judge/run-audits.ts';
import { audits } from '../index.ts';

/** The lines in which the named audit finds something. */
async function linesOf(id: string, path: string, lines: readonly string[]): Promise<number[]> {
  const text = lines.join('\n');
  const artifacts = await assemble([{ path, size: text.length, read: () => Buffer.from(text) }], [], { blobs: [], missing: undefined });
  return runAudits(
    audits.filter((audit) => audit.id === id),
    artifacts,
  )
    .flatMap(({ findings }) => findings.map(({ line }) => line))
    .sort((a, b) => a - b);
}

it('names the line that chose ECB and the call that runs in it', async () => {
  const lines = ['let how = CCOptions(kCCOptionECBMode)', 'CCCrypt(op, algorithm, how, key, 16, nil, text, count, out, room, &moved)'];
  expect(await linesOf('cipher-ecb', 'Box.swift', lines)).toEqual([1, 2]);
});

it('leaves the line alone that chose another mode', async () => {
  const lines = ['let how = CCOptions(kCCOptionPKCS7Padding)', 'CCCrypt(op, algorithm, how, key, 16, iv, text, count, out, room, &moved)'];
  expect(await linesOf('cipher-ecb', 'Box.swift', lines)).toEqual([]);
});

it('takes the constant of the function before that of the file', async () => {
  const lines = [
    'let how = CCOptions(kCCOptionPKCS7Padding)',
    'func f() {',
    '  let how = CCOptions(kCCOptionECBMode)',
    '  CCCrypt(op, algorithm, how, key, 16, iv, text, count, out, room, &moved)',
    '}',
  ];
  expect(await linesOf('cipher-ecb', 'Box.swift', lines)).toEqual([3, 4]);
});

it('follows a password through conversions to the line that spells it', async () => {
  const lines = [
    'let word = "open, please"',
    'let bytes = word.utf8.map { Int8($0) }',
    'let pointer = UnsafePointer<Int8>(bytes)',
    'CCKeyDerivationPBKDF(kind, pointer, bytes.count, salt, saltLength, prf, rounds, out, outLength)',
  ];
  expect(await linesOf('hardcoded-crypto-key', 'Box.swift', lines)).toEqual([1, 4]);
});

const DERIVATION = [
  'const unsigned kRounds = 9000;',
  'static Byte grains[] = {9, 8, 7, 6, 5, 4, 3, 2};',
  '- (void)derive:(NSString *)word {',
  '  NSData *salt = [NSData dataWithBytes:grains length:8];',
  '  CCKeyDerivationPBKDF(kCCPBKDF2, word.UTF8String, word.length, salt.bytes, salt.length, kCCPRFHmacAlgSHA256, kRounds, out, 32);',
  '}',
];

it('names the constants of a C file that a derivation is given', async () => {
  expect(await linesOf('low-kdf-cost', 'Box.m', DERIVATION)).toEqual([1, 5]);
  expect(await linesOf('constant-salt', 'Box.m', DERIVATION)).toEqual([2, 5]);
});
