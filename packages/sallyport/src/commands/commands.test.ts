import { mkdtempSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { policySchema } from '@sallyport/policy';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { runCommandLine } from '../run-command-line.ts';
import { captureIo } from '../testing/capture-io.ts';
import { commands } from './index.ts';

let cwd: string;
beforeEach(() => {
  cwd = mkdtempSync(join(tmpdir(), 'project-'));
});
afterEach(() => rmSync(cwd, { recursive: true, force: true }));

async function run(line: string, input?: string) {
  const io = captureIo({ cwd, ...(input !== undefined && { input }) });
  const code = await runCommandLine(commands, line.split(' '), io);
  return { code, out: io.out(), err: io.err() };
}

const POLICY = `gateway:
  upstream: http://127.0.0.1:3000
auth:
  clients:
    - { id: app, name: App, redirectUris: ["com.example.app:/in"], scopes: [unused] }
routes:
  - { method: GET, path: /orders }
`;

test.each(commands.map((command) => [command.name, command] as const))(
  '%s: help has an example that names it, the usage names every option',
  async (name, command) => {
    expect(command.example).toContain(`sallyport ${name}`);
    expect(command.usage.startsWith(name)).toBe(true);
    for (const option of Object.keys(command.options)) expect(command.usage).toContain(`--${option}`);
    const { code, out } = await run(`${name} --help`);
    expect(code).toBe(0);
    for (const part of [command.summary, `sallyport ${command.usage}`, 'Example:']) expect(out).toContain(part);
    expect((await run(`${name} --no-such-option`)).code).toBe(2);
  },
);

test('names are unique and no name hides another', () => {
  const names = commands.map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
});

test('config check: a good policy, with its warnings', async () => {
  writeFileSync(join(cwd, 'sallyport.config.yaml'), POLICY);
  expect(await run('config check')).toEqual({
    code: 0,
    out: 'warning: sallyport.config.yaml:5:77 auth.clients[0].scopes[0]: no route asks for the scope unused; take it out, or name it at a route\nsallyport.config.yaml is good: 1 route, 1 client.\n',
    err: '',
  });
});

test('config check: a bad policy, every problem on a line of its own', async () => {
  writeFileSync(join(cwd, 'policy.yaml'), POLICY.replace('upstream', 'upstraem').replace('GET', 'FETCH'));
  const { code, out, err } = await run('config check --config policy.yaml');
  expect([code, out]).toEqual([2, '']);
  const lines = err.trimEnd().split('\n');
  expect(lines).toHaveLength(3);
  expect(lines[0]).toMatch(/policy\.yaml:1:1 gateway\.upstream: is missing; write for instance "http:/);
  expect(lines[1]).toMatch(/policy\.yaml:2:3 gateway\.upstraem: no such key; did you mean upstream\?$/);
  expect(lines[2]).toMatch(/policy\.yaml:7:7 routes\[0\]\.method: "FETCH" is none of GET/);
});

test('config check where there is no policy', async () => {
  expect(await run('config check')).toMatchObject({
    code: 2,
    out: '',
    err: expect.stringMatching(/^there is no sallyport\.config\.ts.*sallyport init\n$/),
  });
});

test('config print: complete, with what follows from other keys', async () => {
  writeFileSync(join(cwd, 'sallyport.config.yaml'), POLICY);
  const { code, out } = await run('config print');
  expect(code).toBe(0);
  expect(JSON.parse(out)).toMatchObject({
    gateway: { publicUrl: 'https://localhost:8443' },
    auth: { issuer: 'https://localhost:9443', accessTokenLifetime: 900_000 },
    api: { audience: 'https://localhost:8443' },
    routes: [{ access: 'user', proof: 'required' }],
  });
});

test('config schema: JSON Schema on standard output', async () => {
  const { code, out } = await run('config schema');
  expect(code).toBe(0);
  expect(Object.keys(JSON.parse(out).properties)).toEqual(Object.keys(policySchema.shape));
});

test('init writes a policy that is good as it stands, keys, and keeps both out of git', async () => {
  expect((await run('init')).code).toBe(0);
  expect(readFileSync(join(cwd, '.gitignore'), 'utf8')).toBe('.sallyport/\n');
  expect(readFileSync(join(cwd, '.sallyport', 'tls', 'ca.pem'), 'utf8')).toContain('BEGIN CERTIFICATE');
  expect(statSync(join(cwd, '.sallyport')).mode & 0o777).toBe(0o700);
});

test('init keeps what .gitignore says, and adds its line once', async () => {
  writeFileSync(join(cwd, '.gitignore'), 'dist');
  expect((await run('init')).code).toBe(0);
  expect(readFileSync(join(cwd, '.gitignore'), 'utf8')).toBe('dist\n.sallyport/\n');
  rmSync(join(cwd, 'sallyport.config.ts'));
  await run('init');
  expect(readFileSync(join(cwd, '.gitignore'), 'utf8')).toBe('dist\n.sallyport/\n');
});

test.each(['sallyport.config.ts', 'sallyport.config.yml'])('init does not touch a project that has a %s', async (name) => {
  writeFileSync(join(cwd, name), 'mine');
  expect(await run('init')).toMatchObject({ code: 2, out: '', err: expect.stringContaining(name) });
  expect(readFileSync(join(cwd, name), 'utf8')).toBe('mine');
});

test('users: added, listed, locked, unlocked', async () => {
  expect(await run('users list')).toMatchObject({ code: 0, out: '' });
  expect((await run('users add ana', 'correct horse battery\n')).out).toMatch(/^Added ana, subject [\w-]+\.\n$/);
  expect(await run('users lock ana')).toMatchObject({ code: 0, out: 'Locked ana.\n' });
  expect(JSON.parse((await run('users list --json')).out)).toMatchObject([{ name: 'ana', locked: true }]);
  expect((await run('users list')).out).toMatch(/^ana\t[\w-]+\t\d{4}-.*\tlocked\n$/);
  expect(await run('users unlock ana')).toMatchObject({ code: 0, out: 'Unlocked ana.\n' });
  expect((await run('users list --json')).out).not.toContain('hash');
});

test.each([
  ['users add ana', 'other password\n', 'There already is a user "ana"'],
  ['users add bob', 'short\n', '8 to 1024 characters'],
  ['users add bob', '', 'No password came in'],
  ['users add', 'correct horse battery\n', 'NAME is missing'],
  ['users add bob hunter2hunter2', 'x\n', 'Nothing is expected at "hunter2hunter2"'],
  ['users lock bob', undefined, 'There is no user "bob"'],
])('%s with %j: one line, exit code 2', async (line, input, why) => {
  await run('users add ana', 'correct horse battery\n');
  const { code, out, err } = await run(line, input);
  expect([code, out]).toEqual([2, '']);
  expect(err).toContain(why);
  expect(err.trimEnd()).not.toContain('\n');
});

test('users: a state folder that is a link is refused', async () => {
  symlinkSync('.', join(cwd, '.sallyport'));
  expect(await run('users list')).toMatchObject({ code: 2, err: expect.stringContaining('symbolic link') });
});

test.each([
  ['serve --only both', '--only takes gateway or auth, not "both".'],
  ['serve --upstream ftp://127.0.0.1', '--upstream must be http:// or https://'],
  ['serve --upstream http://user:pass@127.0.0.1', '--upstream must be http:// or https://'],
  ['serve --config nowhere.yaml', 'nowhere.yaml: there is no such file'],
])('%s cannot run', async (line, why) => {
  writeFileSync(join(cwd, 'sallyport.config.yaml'), POLICY);
  const { code, out, err } = await run(line);
  expect([code, out]).toEqual([2, '']);
  expect(err).toContain(why);
  expect(err).not.toContain('user:pass');
});
