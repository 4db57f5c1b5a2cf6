import { expect, it } from 'vitest';
import { assemble } from '../../gather/assemble.ts';
import { runAudits } from '../../judge/run-audits.ts';
import { audits } from '../index.ts';

/** Where the named audit finds something in an app of these files. */
async function placesOf(id: string, files: Readonly<Record<string, string>>): Promise<string[]> {
  const given = Object.entries(files).map(([path, text]) => ({ path, size: text.length, read: () => Buffer.from(text) }));
  const artifacts = await assemble(given, [], { blobs: [], missing: undefined });
  return runAudits(
    audits.filter((audit) => audit.id === id),
    artifacts,
  )
    .flatMap(({ findings }) => findings.map(({ path, line }) => `${path}:${line}`))
    .sort();
}

const APP = {
  'config.ts': 'export const CONFIG = {\n  WORD: "sesame-4711",\n  GRAINS: "pinch-of-salt",\n};\n',
  'box.ts': 'export const generateKey = (word, grains, rounds) => Aes.pbkdf2(word, grains, rounds, 256, "sha256");\n',
  'open.ts': 'import { CONFIG } from "./config";\nexport const open = () => generateKey(CONFIG.WORD, CONFIG.GRAINS, 256);\n',
};

it('names the line of another file that spells a key, and the one that spells a salt', async () => {
  expect(await placesOf('hardcoded-crypto-key', APP)).toEqual(['box.ts:1', 'config.ts:2']);
  expect(await placesOf('constant-salt', APP)).toEqual(['box.ts:1', 'config.ts:3']);
});

it('names the caller that chose the rounds beside the helper that passes them on', async () => {
  expect(await placesOf('low-kdf-cost', APP)).toEqual(['box.ts:1', 'open.ts:2']);
});

it('leaves alone what the program does not spell', async () => {
  const asked = { ...APP, 'open.ts': 'export const open = (word, grains) => generateKey(word, grains, 700000);\n' };
  for (const id of ['hardcoded-crypto-key', 'constant-salt', 'low-kdf-cost']) expect(await placesOf(id, asked)).toEqual([]);
});

it('names the line that spells the bytes of a key, beside the one that uses them', async () => {
  const box =
    'void f(void) {\n  u_char bytes[4] = {0x7a, 0x4b, 0x7a, 0x78};\n  NSData *key = [NSData dataWithBytes:bytes length:4];\n  [box encrypt:text key:key];\n}\n';
  expect(await placesOf('hardcoded-crypto-key', { 'Box.m': box })).toEqual(['Box.m:2', 'Box.m:4']);
});
