import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { parse } from 'yaml';
import { commands } from './commands/index.ts';

// What people copy out of the guide must work as it stands there.
const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const ACTION = join(ROOT, 'examples/github-action');
const guide = readFileSync(join(ROOT, 'docs/guides/checking.md'), 'utf8');
const fences = (language: string) => [...guide.matchAll(new RegExp(`\`\`\`${language}\\n(.*?)\`\`\``, 'gs'))].map(([, text = '']) => text);
const sample = (name: string) => readFileSync(join(ACTION, name), 'utf8');

interface Step {
  readonly uses?: string;
  readonly with?: Record<string, unknown>;
  readonly env?: Record<string, string>;
  readonly run?: string;
}

let cwd: string;
beforeAll(() => {
  cwd = mkdtempSync(join(tmpdir(), 'recipes-'));
  mkdirSync(join(cwd, 'my app'));
  writeFileSync(
    join(cwd, 'my app/Session.swift'),
    'func keep(token: String) { UserDefaults.standard.set(token, forKey: "accessToken") }\n',
  );
});
afterAll(() => rmSync(cwd, { recursive: true }));

test('every command of the guide and the samples exists, with every option', () => {
  const samples = readdirSync(ACTION).map(sample).join('\n');
  const lines = `${guide}\n${samples}`.split('\n').filter((line) => /sallyport check (?:app|api|release)|main\.ts" check/.test(line));
  expect(lines.length).toBeGreaterThan(7);
  for (const line of lines) {
    const [, name = ''] = /(check (?:app|api|release))/.exec(line) ?? [];
    const command = commands.find((each) => each.name === name);
    for (const [, option = ''] of (line.split('#')[0] ?? '').matchAll(/--([a-z-]+)/g))
      expect(command?.options, line).toHaveProperty(option);
  }
});

test('workflow, hooks and JSON of the guide parse, and are the samples', () => {
  const [workflow, hooks] = fences('yaml').map((text) => parse(text));
  const { jobs } = parse(sample('workflow.yml'));
  const steps: Step[] = jobs['check-app'].steps;
  expect(workflow.jobs['check-app'].steps.map(({ uses }: Step) => uses)).toEqual(steps.map(({ uses }) => uses).slice(0, 3));
  expect(workflow.permissions).toEqual({ contents: 'read', 'security-events': 'write' });
  expect(parse(sample('pre-commit-config.yaml')).repos[0].hooks[0]).toMatchObject(hooks.repos[0].hooks[0]);
  for (const text of fences('json')) JSON.parse(text);
  // What the workflow hands to the action, the action knows.
  const { inputs } = parse(sample('action.yml'));
  const used = steps.find(({ uses }) => uses?.includes('/examples/github-action@'));
  for (const name of Object.keys(used?.with ?? {})) expect(inputs).toHaveProperty(name);
});

test.each([
  ['high', 1],
  ['none', 0],
])('the step of the action, run by bash with fail-on %s: reports written, exit code %i', (failOn, code) => {
  const { runs, inputs } = parse(sample('action.yml'));
  const step = (runs.steps as Step[]).find(({ run }) => run?.includes('check app'));
  const given: Record<string, string> = { path: 'my app', 'fail-on': failOn };
  const env = Object.fromEntries(
    Object.entries(step?.env ?? {}).map(([name, value]) => {
      const [, input = ''] = /^\$\{\{ inputs\.([\w-]+) \}\}$/.exec(value) ?? [];
      return [name, given[input] ?? inputs[input].default];
    }),
  );
  const PATH = `${dirname(process.execPath)}:${process.env.PATH}`;
  // As GitHub runs `shell: bash`.
  const ran = spawnSync('bash', ['--noprofile', '--norc', '-eo', 'pipefail', '-c', step?.run ?? ''], {
    cwd,
    env: { ...env, PATH, GITHUB_ACTION_PATH: ACTION },
    encoding: 'utf8',
  });
  expect([ran.status, ran.stdout]).toEqual([code, expect.stringContaining('Session.swift:1')]);
  expect(JSON.parse(readFileSync(join(cwd, 'sallyport.sarif'), 'utf8')).runs[0].results).toHaveLength(1);
  expect(readFileSync(join(cwd, 'sallyport.html'), 'utf8')).toContain('Session.swift');
});
