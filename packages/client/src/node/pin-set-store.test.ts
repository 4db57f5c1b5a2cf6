import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createPinSetStore } from './pin-set-store.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'pin-set-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test('keeps one text, replaces it, and forgets it', async () => {
  const store = createPinSetStore(join(folder, 'set'));
  expect(await store.read()).toBeUndefined();
  await store.save('first');
  await store.save('second');
  expect(await createPinSetStore(join(folder, 'set')).read()).toBe('second');
  await store.clear();
  expect(await store.read()).toBeUndefined();
});

test('a folder that is not there is an error, and a file that cannot be read is not taken for none', async () => {
  await expect(createPinSetStore(join(folder, 'none', 'set')).save('text')).rejects.toMatchObject({ code: 'ENOENT' });
  await expect(createPinSetStore(folder).read()).rejects.toMatchObject({ code: 'EISDIR' });
});

/** Saves one long text after the other, and says so after the first. */
const SAVING = `
  import { createPinSetStore } from '${new URL('./pin-set-store.ts', import.meta.url)}';
  const store = createPinSetStore(process.argv[1]);
  for (let round = 0; ; round++) {
    await store.save(String(round % 10).repeat(8000));
    if (round === 0) process.stdout.write('saved');
  }
`;

test('a process that is killed while it saves leaves the old text or the new one, whole', async () => {
  for (let kill = 0; kill < 5; kill++) {
    const path = join(folder, `set-${kill}`);
    const child = spawn(process.execPath, ['--input-type=module', '-e', SAVING, path], { stdio: ['ignore', 'pipe', 'inherit'] });
    await once(child.stdout, 'data');
    child.kill('SIGKILL');
    await once(child, 'exit');
    expect(await createPinSetStore(path).read()).toMatch(/^(\d)\1{7999}$/);
  }
});
