import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { findMachinePaths } from './find-machine-paths.ts';

// Put together, so that this very file passes the check.
const at = (...parts: string[]) => `/${parts.join('/')}`;

test.each([
  ['a.ts', `const file = '${at('home', 'ana', 'a.txt')}';`],
  ['a.ts', `open("${at('tmp', 'x')}")`],
  ['a.md', `cd ${at('root', 'project')}`],
  ['a.md', `in \`${at('Users', 'ana')}\``],
  ['a.sh', `X=${at('work', 'main')}`],
  ['a.json', `{"p": "${at('var', 'folders', 'zz')}"}`],
  ['a.ts', `'file://${at('home', 'ana')}'`],
  ['a.ts', `'C:${String.raw`\\Users\\ana`}'`],
  ['a.md', `see ${['https:', '', 'registry.example.com', 'x'].join('/')}`],
  ['package-lock.json', `"resolved": "${['https:', '', 'packages.example.com', 'a.tgz'].join('/')}",`],
])('%s with %j is found', (file, text) => {
  expect(findMachinePaths(file, text)).not.toEqual([]);
});

test.each([
  ['a.ts', "join(tmpdir(), 'x')"],
  ['a.md', 'https://example.com/home/page and https://example.com/srv/1'],
  ['a.ts', "route('/orders/tmp/x')"],
  ['a.ts', "import x from '../srv/x.ts'"],
  ['a.sh', '"$FOLDER/tmp/x"'],
  ['package-lock.json', '"resolved": "packages/policy",\n"link": true'],
  ['a.ts', '"resolved": "https://example.com"'],
])('%s with %j is none', (file, text) => {
  expect(findMachinePaths(file, text)).toEqual([]);
});

test('tells line and column', () => {
  const [found] = findMachinePaths('a.ts', `one\n two '${at('tmp', 'x')}'`);
  expect(found).toMatchObject({ line: 2, column: 7, text: at('tmp', 'x') });
});

test('the check names file, line and column, and exits 1; without findings it exits 0', () => {
  const folder = mkdtempSync(join(tmpdir(), 'paths-'));
  const check = () =>
    spawnSync(process.execPath, [fileURLToPath(new URL('./check-paths.ts', import.meta.url))], { cwd: folder, encoding: 'utf8' });
  try {
    execFileSync('git', ['init', '-q', folder]);
    writeFileSync(join(folder, 'good.md'), 'nothing');
    expect(check()).toMatchObject({ status: 0, stdout: '' });
    writeFileSync(join(folder, 'bad.md'), `cd ${at('home', 'ana')}`);
    expect(check()).toMatchObject({ status: 1, stdout: expect.stringMatching(/^bad\.md:1:4 .*a path of one machine/) });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
