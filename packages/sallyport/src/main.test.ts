import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { runSallyport } from './testing/run-sallyport.ts';

const MAIN = fileURLToPath(new URL('../bin/sallyport.mjs', import.meta.url));

let cwd: string;
beforeEach(() => {
  cwd = mkdtempSync(join(tmpdir(), 'cli-'));
});
afterEach(() => rmSync(cwd, { recursive: true, force: true }));

const sallyport = (args: string[], options: { input?: string; env?: Record<string, string> } = {}) =>
  runSallyport(args, { cwd, ...options });

test('exit code 0, and nothing but the answer on standard output', async () => {
  const { code, out, err } = await sallyport(['config', 'schema']);
  expect([code, err]).toEqual([0, '']);
  expect(JSON.parse(out).title).toBe('Sallyport policy');
  expect((await sallyport(['--help'])).code).toBe(0);
});

test.each([[[]], [['nonsense']], [['config', 'check', '--nonsense']], [['config', 'check']]])('%j: exit code 2, no stack', async (args) => {
  const { code, out, err } = await sallyport(args);
  expect([code, out]).toEqual([2, '']);
  expect(err).not.toMatch(/\n\s+at |file:\/\//);
});

test('init in an empty folder with nothing installed: the policy written there loads', async () => {
  expect((await sallyport(['init'])).code).toBe(0);
  expect(await sallyport(['config', 'check'])).toEqual({ code: 0, out: 'sallyport.config.ts is good: 4 routes, 1 client.\n', err: '' });
  expect((await sallyport(['init'])).code).toBe(2);
});

test('a TypeScript policy that throws is one line; SALLYPORT_DEBUG=1 shows the rest', async () => {
  writeFileSync(join(cwd, 'sallyport.config.ts'), 'throw new Error("no upstream");\nexport default {};\n');
  const plain = await sallyport(['config', 'check']);
  expect(plain).toMatchObject({ code: 2, err: expect.stringMatching(/^sallyport\.config\.ts:1:7: cannot be run \(no upstream\); .*\n$/) });
  expect((await sallyport(['config', 'check'], { env: { SALLYPORT_DEBUG: '1' } })).err).toMatch(/\n\s+at /);
});

test('the password comes from standard input', async () => {
  expect((await sallyport(['users', 'add', 'ana'], { input: 'correct horse battery\n' })).code).toBe(0);
  expect((await sallyport(['users', 'list'])).out).toMatch(/^ana\t/);
});

test('a reader that goes away in the middle is no error', async () => {
  const child = spawn(process.execPath, [MAIN, 'config', 'schema'], { cwd });
  child.stdout.destroy();
  let err = '';
  child.stderr.on('data', (chunk) => {
    err += chunk;
  });
  const code = await new Promise((resolve) => child.on('close', resolve));
  expect([code, err]).toEqual([0, '']);
});

test('check app: exit code 1 for what it found, and the engine takes the settings it is given without a word', async () => {
  writeFileSync(join(cwd, 'Store.swift'), 'func keep(token: String) { UserDefaults.standard.set(token, forKey: "token") }\n');
  const { code, out, err } = await sallyport(['check', 'app', '.', '--format', 'json']);
  expect([code, err]).toEqual([1, '']);
  expect(out).toContain('secrets-in-preferences');
});
