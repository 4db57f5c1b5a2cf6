import { createHash } from 'node:crypto';
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { loadCookieKeys } from './cookie-keys.ts';
import { createSigningKey, loadSigningKeys } from './signing-keys.ts';
import { readOrWriteOnce, SecretFileError } from './write-once.ts';

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sallyport-keys-'));
  path = join(folder, 'keys.json');
});
afterEach(() => rmSync(folder, { recursive: true }));

test('a key is made at first start, private, named by its thumbprint, and kept', () => {
  const first = loadSigningKeys(path);
  const [{ x, y, kid }] = first.keys;
  expect(kid).toBe(createHash('sha256').update(`{"crv":"P-256","kty":"EC","x":"${x}","y":"${y}"}`).digest('base64url'));
  expect(statSync(path).mode & 0o777).toBe(0o600);
  expect(readdirSync(folder)).toEqual(['keys.json']);
  expect(loadSigningKeys(path)).toEqual(first);
});

test('several keys are read in their order', () => {
  const keys = [createSigningKey(), createSigningKey()];
  writeFileSync(path, JSON.stringify({ keys }), { mode: 0o600 });
  expect(loadSigningKeys(path).keys.map(({ kid }) => kid)).toEqual(keys.map(({ kid }) => kid));
});

const key = createSigningKey();
test.each<[string, unknown]>([
  ['nothing', ''],
  ['half of it', JSON.stringify({ keys: [key] }).slice(0, 100)],
  ['no key', { keys: [] }],
  ['no list', { keys: key }],
  ['a public key', { keys: [{ ...key, d: undefined }] }],
  ['another curve', { keys: [{ ...key, crv: 'P-384' }] }],
  ['another algorithm', { keys: [{ ...key, alg: 'HS256' }] }],
  ['a kid that is not the thumbprint', { keys: [{ ...key, kid: createSigningKey().kid }] }],
  ['a private half of another key', { keys: [{ ...key, d: createSigningKey().d }] }],
])('a file with %s is called damaged, is not replaced, and is not quoted', (_what, content) => {
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content), { mode: 0o600 });
  const before = readFileSync(path, 'utf8');
  let error: unknown;
  try {
    loadSigningKeys(path);
  } catch (caught) {
    error = caught;
  }
  expect(error).toBeInstanceOf(SecretFileError);
  expect((error as Error).message).toMatch(/is damaged.*Restore it/);
  expect((error as Error).message).not.toContain(key.d);
  expect(readFileSync(path, 'utf8')).toBe(before);
});

test('a file that others may read, or a folder that cannot be written, is an error that says what to do', () => {
  loadSigningKeys(path);
  chmodSync(path, 0o644);
  expect(() => loadSigningKeys(path)).toThrow(/chmod 600/);
  expect(() => loadSigningKeys(join(folder, 'none', 'keys.json'))).toThrow(/Cannot write .*state folder/);
});

test('of two that start at once, both use the file that was there first', () => {
  // The second one finds no file, and the first one's has appeared when it comes to write its own.
  const second = readOrWriteOnce(path, () => {
    expect(readOrWriteOnce(path, () => 'of the first')).toBe('of the first');
    return 'of the second';
  });
  expect(second).toBe('of the first');
  expect(readdirSync(folder)).toEqual(['keys.json']);
});

test('the cookie key is 256 random bits, kept, and checked', () => {
  const keys = loadCookieKeys(path);
  expect(keys).toEqual([expect.stringMatching(/^[\w-]{43}$/)]);
  expect(loadCookieKeys(path)).toEqual(keys);
  writeFileSync(path, 'short');
  expect(() => loadCookieKeys(path)).toThrow(/damaged/);
});
