import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freshKey } from '@sallyport/pins/testing';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { runCommandLine } from '../run-command-line.ts';
import { captureIo } from '../testing/capture-io.ts';
import { commands } from './index.ts';

let cwd: string;
beforeEach(() => {
  cwd = mkdtempSync(join(tmpdir(), 'pins-'));
  for (const name of ['leaf.pem', 'backup.pem']) writeFileSync(join(cwd, name), freshKey().export({ type: 'pkcs8', format: 'pem' }));
});
afterEach(() => rmSync(cwd, { recursive: true, force: true }));

async function run(line: string) {
  const io = captureIo({ cwd });
  return { code: await runCommandLine(commands, line.split(' '), io), out: io.out(), err: io.err() };
}

const MAKE = 'pins make leaf.pem --backup backup.pem --set pins.json --for api.test --keeps-key';

test('a set is made, shown, planned and rehearsed, with the client among the forms', async () => {
  expect(await run(MAKE)).toMatchObject({ code: 0 });
  expect((await run('pins show')).out).toContain('api.test');
  expect(await run('pins plan --offline')).toMatchObject({ code: 0 });
  const rehearsed = await run('pins rehearse --key backup.pem --for api.test --record');
  expect(rehearsed.out).toMatch(/^passed +curl: .*\npassed +node: .*\npassed +client: /);
  expect(JSON.parse(readFileSync(join(cwd, 'pins.json'), 'utf8')).hosts[0].pins[1].rehearsed).toBeDefined();
});

test('a refusal ends with 1, bad input with 2, each with one line that begins with its code', async () => {
  await run(MAKE);
  const { hosts } = JSON.parse(readFileSync(join(cwd, 'pins.json'), 'utf8'));
  expect(await run(`pins move ${hosts[0].pins[0].pin} staged --for api.test`)).toMatchObject({
    code: 1,
    out: '',
    err: expect.stringMatching(/^error active-cannot-be-staged: .*\n$/),
  });
  expect(await run('pins show nowhere.json')).toMatchObject({ code: 2, err: expect.stringMatching(/^error file-unreadable: .*\n$/) });
});
