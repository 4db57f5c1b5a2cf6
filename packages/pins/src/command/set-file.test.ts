import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { freshKey } from '../testing/authority.ts';
import { cli } from '../testing/cli.ts';

const folder = mkdtempSync(join(tmpdir(), 'sallyport-set-'));
afterAll(() => rmSync(folder, { recursive: true }));
const put = (name: string, content: string) => writeFileSync(join(folder, name), content);
const run = (...args: string[]) => cli(folder, args);
for (const name of ['leaf.pem', 'backup.pem']) put(name, freshKey().export({ type: 'pkcs8', format: 'pem' }) as string);

test('of commands that change a set at once none loses what another wrote', async () => {
  await run('make', 'leaf.pem', '--backup', 'backup.pem', '--set', 'race.json', '--for', 'api.test');
  const versions = Array.from({ length: 12 }, (_, index) => `1.${index}.0`);
  const results = await Promise.all(versions.map((version) => run('release', version, '--set', 'race.json')));
  const recorded = versions.filter((_, index) => results[index]?.code === 0);
  expect(recorded.length).toBeGreaterThan(0);
  for (const { code, stderr } of results)
    if (code !== 0) expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringMatching(/^error file-locked: /) });
  const { apps, version } = JSON.parse(readFileSync(join(folder, 'race.json'), 'utf8'));
  expect(apps.map((app: { version: string }) => app.version).sort()).toEqual(recorded.sort());
  expect(version).toBe(1 + recorded.length);
  expect(readdirSync(folder)).not.toContain('race.json.lock');
});

test('a lock that a killed command left behind is named', async () => {
  put('left.json.lock', '');
  const { code, stderr } = await run('make', 'leaf.pem', '--backup', 'backup.pem', '--set', 'left.json', '--for', 'api.test');
  expect(code).toBe(2);
  expect(stderr).toMatch(/^error file-locked: .*remove .*left\.json\.lock\.\n$/);
  expect(readdirSync(folder)).not.toContain('left.json');
});
