import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createFile, openStateFolder, replaceFile, StateFolderError } from './state-folder.ts';

let parent: string;
beforeEach(() => {
  parent = mkdtempSync(join(tmpdir(), 'state-'));
});
afterEach(() => rmSync(parent, { recursive: true, force: true }));

/** Runs as an ordinary user even when the tests run as root, for whom nothing is read-only. */
function asOrdinaryUser<Result>(action: () => Result): Result {
  if (process.getuid?.() !== 0) return action();
  chownSync(parent, 65_534, 65_534);
  process.seteuid?.(65_534);
  try {
    return action();
  } finally {
    process.seteuid?.(0);
  }
}

function refusal(action: () => unknown): StateFolderError {
  try {
    action();
  } catch (error) {
    if (error instanceof StateFolderError) return error;
    throw error;
  }
  throw new Error('it was accepted');
}

test('is made for this user alone, and keeps itself out of git', () => {
  const folder = openStateFolder(parent);
  expect(folder).toBe(join(parent, '.sallyport'));
  expect(statSync(folder).mode & 0o777).toBe(0o700);
  execFileSync('git', ['init', '-q', parent]);
  writeFileSync(join(folder, 'a.key'), 'secret');
  expect(execFileSync('git', ['-C', parent, 'status', '--porcelain', '--untracked-files=all'], { encoding: 'utf8' })).toBe('');
  expect(openStateFolder(parent)).toBe(folder);
});

test('a folder that others can enter is closed, whatever it holds stays', () => {
  const folder = openStateFolder(parent);
  writeFileSync(join(folder, 'a'), 'kept');
  chmodSync(folder, 0o777);
  openStateFolder(parent);
  expect(statSync(folder).mode & 0o777).toBe(0o700);
  expect(readFileSync(join(folder, 'a'), 'utf8')).toBe('kept');
});

test('a symbolic link is refused, also one to a good folder', () => {
  mkdirSync(join(parent, 'elsewhere'), { mode: 0o700 });
  symlinkSync('elsewhere', join(parent, '.sallyport'));
  expect(refusal(() => openStateFolder(parent))).toMatchObject({
    code: 'state-folder-unusable',
    message: expect.stringContaining('symbolic link'),
  });
  expect(readdirSync(join(parent, 'elsewhere'))).toEqual([]);
});

test('a folder of another user is refused', () => {
  openStateFolder(parent);
  expect(refusal(() => openStateFolder(parent, 4242)).message).toContain('belongs to another user');
});

test('a file in its place, no parent, a parent that may not be written to: each says what to do', () => {
  expect(refusal(() => openStateFolder(join(parent, 'nowhere'))).message).toContain('make that first');
  writeFileSync(join(parent, '.sallyport'), '');
  expect(refusal(() => openStateFolder(parent)).message).toContain('it is a file, not a folder');
  rmSync(join(parent, '.sallyport'));
  asOrdinaryUser(() => {
    chmodSync(parent, 0o500);
    expect(refusal(() => openStateFolder(parent)).message).toContain('make it writable');
    chmodSync(parent, 0o700);
  });
});

test('a disk that takes nothing more is told at the start, and leaves no half a file', () => {
  // A limit on the size of files stands for the full disk: the same call fails at the same place.
  const source = `import { openStateFolder } from ${JSON.stringify(new URL('./state-folder.ts', import.meta.url).href)};
    try { openStateFolder(process.argv[1]); } catch ({ code, message }) { process.stdout.write(code + ' ' + message); }`;
  const script = 'ulimit -f 0; trap "" XFSZ; exec "$@"';
  const output = execFileSync('bash', ['-c', script, 'bash', process.execPath, '--input-type=module', '-e', source, parent], {
    encoding: 'utf8',
  });
  expect(output).toMatch(/^state-folder-unusable The state folder .*no file may grow here.*\.$/);
  expect(readdirSync(join(parent, '.sallyport'))).toEqual([]);
});

test('of two who create a file one wins and the other is told; replacing is whole', () => {
  const path = join(parent, 'a');
  expect(createFile(path, 'first')).toBe(true);
  expect(createFile(path, 'second')).toBe(false);
  expect(readFileSync(path, 'utf8')).toBe('first');
  chmodSync(path, 0o644);
  replaceFile(path, 'third');
  expect(readFileSync(path, 'utf8')).toBe('third');
  expect(statSync(path).mode & 0o777).toBe(0o600);
  expect(readdirSync(parent)).toEqual(['a']);
});
