import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { nodeClock } from './clock.ts';
import { createFileLock } from './lock.ts';

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sallyport-'));
  path = join(folder, 'session.lock');
});
afterEach(() => rmSync(folder, { recursive: true }));

/** Another process that takes the lock and says so. */
function holder(script: string) {
  const module = JSON.stringify(join(dirname(fileURLToPath(import.meta.url)), 'lock.ts'));
  const clock = JSON.stringify(join(dirname(fileURLToPath(import.meta.url)), 'clock.ts'));
  const code = `import { createFileLock } from ${module}; import { nodeClock } from ${clock}; import { readFileSync, writeFileSync } from 'node:fs';
    const lock = createFileLock(${JSON.stringify(path)}, nodeClock); const say = () => process.stdout.write('held');
    ${script}`;
  return spawn(process.execPath, ['--no-warnings', '--input-type=module', '--eval', code], { stdio: ['ignore', 'pipe', 'inherit'] });
}

test('a lost update is impossible among eight processes', async () => {
  const counter = join(folder, 'counter');
  writeFileSync(counter, '0');
  const script = `for (let turn = 0; turn < 25; turn++) await lock.run(30000, async () => {
    const value = Number(readFileSync(${JSON.stringify(counter)}, 'utf8'));
    await new Promise(setImmediate);
    writeFileSync(${JSON.stringify(counter)}, String(value + 1));
  });`;
  const codes = await Promise.all(Array.from({ length: 8 }, () => new Promise((resolve) => holder(script).on('exit', resolve))));
  expect(codes).toEqual(Array(8).fill(0));
  expect(readFileSync(counter, 'utf8')).toBe('200');
});

test('the lock of a process that was killed is free', async () => {
  const other = holder('await lock.run(1000, () => { say(); return new Promise((resolve) => setTimeout(resolve, 60_000)); });');
  await new Promise((resolve) => other.stdout.once('data', resolve));
  const lock = createFileLock(path, nodeClock);
  await expect(lock.run(60, async () => 'mine')).rejects.toMatchObject({ code: 'timeout' });
  other.kill('SIGKILL');
  await new Promise((resolve) => other.once('exit', resolve));
  expect(await lock.run(5000, async () => 'mine')).toBe('mine');
});

test('a second client that waits in the same process does not loosen the lock for others', async () => {
  const lock = createFileLock(path, nodeClock);
  await lock.run(1000, async () => {
    const waiting = expect(createFileLock(path, nodeClock).run(40, async () => 'mine')).rejects.toMatchObject({ code: 'timeout' });
    await waiting;
    const other = holder('await lock.run(100, async () => say()).catch(() => process.exit(7));');
    expect(await new Promise((resolve) => other.on('exit', resolve))).toBe(7);
  });
});

test('clients of one process exclude each other too, a failed task frees the lock, and the file is private', async () => {
  const locks = Array.from({ length: 6 }, () => createFileLock(path, nodeClock));
  let inside = 0;
  const results = await Promise.allSettled(
    locks.map((lock, index) =>
      lock.run(20_000, async () => {
        expect(++inside).toBe(1);
        await new Promise(setImmediate);
        inside--;
        if (index % 2 === 0) throw new Error('failed');
      }),
    ),
  );
  expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(3);
  expect(statSync(path).mode & 0o777).toBe(0o600);
});
