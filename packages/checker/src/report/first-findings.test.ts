import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type CheckAppOptions, runCheckApp } from '../run-check-app.ts';

/** Enough for progress to be told twice while reading and twice while auditing. */
const FILES = 120;
let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sallyport-first-'));
  await writeFile(
    join(folder, 'Z.plist'),
    '<plist><dict><key>NSAppTransportSecurity</key><dict><key>NSAllowsArbitraryLoads</key><true/></dict></dict></plist>',
  );
  for (let file = 0; file < FILES; file++) await writeFile(join(folder, `A${String(file).padStart(3, '0')}.swift`), 'let a = 1\n');
  await writeFile(join(folder, 'A000.swift'), 'func signedIn(accessToken: String) {\n  print("token \\(accessToken)")\n}\n');
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** Everything written, in order; the report as one entry. */
async function written(options: Partial<CheckAppOptions> = {}, terminal = true) {
  const said: string[] = [];
  const io = { out: () => void said.push('REPORT'), err: (text: string) => void said.push(text), terminal, color: false, width: 100 };
  await runCheckApp({ path: folder, ...options }, { ...io, now: () => new Date('2026-06-01T12:00:00Z'), version: '0.0.0' });
  return said;
}
const place = (said: readonly string[], pattern: RegExp) => said.findIndex((text) => pattern.test(text));

it('tells what the configuration gave away before any code is read', async () => {
  const said = await written();
  const first = place(said, /Z\.plist/);
  expect(first).toBeGreaterThanOrEqual(0);
  expect(first).toBeLessThan(place(said, /reading 50\//));
});

it('tells a finding in code before the rest of the code is audited', async () => {
  const said = await written();
  const code = place(said, /A000\.swift:2/);
  expect(code).toBeGreaterThan(place(said, /reading 100\//));
  expect(code).toBeLessThan(place(said, /auditing 50\//));
});

it('tells each once, and none that does not count', async () => {
  expect((await written()).filter((text) => /Z\.plist/.test(text))).toHaveLength(1);
  const baseline = join(folder, 'baseline.json');
  await written({ writeBaseline: baseline });
  expect((await written({ baseline })).filter((text) => /Z\.plist|A000/.test(text))).toEqual([]);
});

it('keeps quiet where nobody looks', async () => {
  expect(await written({}, false)).toEqual(['REPORT']);
});
