import { spawnSync } from 'node:child_process';
import { appendFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { policyJsonSchema } from '@sallyport/policy';
import { reasons } from '@sallyport/protocol';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { commands } from '../packages/sallyport/src/commands/index.ts';
import { referenceDocuments } from './reference-documents.ts';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'docs-'));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const generate = (...args: string[]) =>
  spawnSync(process.execPath, [fileURLToPath(new URL('./generate-docs.ts', import.meta.url)), '--root', root, ...args], {
    encoding: 'utf8',
  });

test('what was written passes the check; a changed or missing page is named, with the command to run', () => {
  const before = generate('--check');
  expect(before.status).toBe(1);
  for (const path of referenceDocuments().keys()) expect(before.stdout).toContain(`${path} is not what the code says. Run npm run docs`);
  expect(generate().status).toBe(0);
  expect(generate('--check')).toMatchObject({ status: 0, stdout: '' });
  appendFileSync(join(root, 'docs/reference/config.md'), 'drift');
  expect(generate('--check')).toMatchObject({ status: 1, stdout: expect.stringMatching(/^docs\/reference\/config\.md .*\n$/) });
  expect(generate().status).toBe(0);
  expect(readFileSync(join(root, 'docs/reference/config.md'), 'utf8')).toBe(referenceDocuments().get('docs/reference/config.md'));
});

test('every reason, key and command is in its page', () => {
  const documents = referenceDocuments();
  const page = (name: string) => documents.get(`docs/reference/${name}`) ?? '';
  for (const [code, { operator, remedy, title }] of Object.entries(reasons)) {
    for (const text of [`## ${code}\n`, operator, remedy, title]) expect(page('reasons.md')).toContain(text);
  }
  for (const { name, summary, options } of commands) {
    for (const text of [`## sallyport ${name}\n`, summary, ...Object.keys(options).map((option) => `--${option}`)])
      expect(page('cli.md')).toContain(text);
  }
  for (const key of [
    'gateway.upstream',
    'auth.clients[].redirectUris',
    'auth.signInLimits.user.window',
    'routes[].rateLimit.limit',
    'limits.headerBytes',
  ]) {
    expect(page('config.md')).toContain(`| \`${key}\` |`);
  }
  expect(page('config.md')).toContain('| `auth.accessTokenLifetime` | duration from 1m to 60m | `"15m"` |');
  expect(JSON.parse(page('policy.schema.json'))).toEqual(JSON.parse(JSON.stringify(policyJsonSchema())));
});
