import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const here = dirname(fileURLToPath(import.meta.url));
const room = join(here, '..');

/** Runs a program of Node and gives what it said. */
function run(...words: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, words, { cwd: room, encoding: 'utf8', timeout: 60_000 });
  return { status, stdout, stderr };
}

test('the core compiles against the language alone: no types of Node, of the browser, of anything', () => {
  const compiler = join(dirname(createRequire(import.meta.url).resolve('typescript/package.json')), 'bin', 'tsc');
  expect(run(compiler, '--project', 'tsconfig.core.json')).toMatchObject({ status: 0, stdout: '' });
});

test('the core lives a whole session in a realm that lacks what React Native lacks', () => {
  const { status, stdout, stderr } = run('--experimental-vm-modules', '--no-warnings', join(here, 'testing', 'bare-realm.ts'));
  expect(stderr).toBe('');
  expect(status).toBe(0);
  const { result, globals, modules } = JSON.parse(stdout);
  // One sign-in, twenty requests that were refused together, one refresh.
  expect(result).toMatchObject({ answers: 20, value: { gr\u00fcn: true }, generation: 2, refused: 'invalid-request', signOut: 'revoked' });
  // The control: the realm really is bare.
  for (const name of [
    'URL',
    'TextDecoder',
    'TextEncoder',
    'AbortController',
    'crypto',
    'structuredClone',
    'setTimeout',
    'fetch',
    'Buffer',
    'process',
  ]) {
    expect(globals).not.toContain(name);
  }
  expect(modules).toBeGreaterThan(40);
});

test('nothing outside the adapters imports a platform or a package', () => {
  const outside = readdirSync(here, { recursive: true, encoding: 'utf8' }).filter(
    (path) => path.endsWith('.ts') && !path.endsWith('.test.ts') && !/^(node|testing)[\\/]/.test(path),
  );
  expect(outside.length).toBeGreaterThan(30);
  for (const path of outside) {
    const imports = [...readFileSync(join(here, path), 'utf8').matchAll(/\bfrom '([^']+)'/g)].map(([, specifier]) => specifier);
    for (const specifier of imports) expect([path, specifier]).toEqual([path, expect.stringMatching(/^(\.|@sallyport\/protocol$)/)]);
    if (!path.startsWith('memory'))
      for (const specifier of imports) expect([path, specifier]).not.toEqual([path, expect.stringMatching(/\/(memory|node)\//)]);
  }
});

test('the package has no runtime dependency but the protocol', () => {
  const { dependencies } = JSON.parse(readFileSync(join(room, 'package.json'), 'utf8'));
  expect(Object.keys(dependencies)).toEqual(['@sallyport/protocol']);
});
