import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { loadPolicy } from './load-policy.ts';
import { PolicyError } from './policy-error.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'policy-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const write = (name: string, text: string | Uint8Array) => writeFileSync(join(folder, name), text);
const problems = async (path = folder): Promise<{ code: string; lines: string[] }> => {
  const error = await loadPolicy(path).then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof PolicyError)) throw error ?? new Error('the policy was accepted');
  return { code: error.code, lines: error.message.split('\n') };
};

const good = {
  gateway: { upstream: 'http://127.0.0.1:3000', tls: { certificate: 'tls/a.pem', key: '/etc/a.key' }, pins: 'pins.jws' },
  auth: {
    clients: [{ id: 'app', name: 'App', redirectUris: ['com.example.app:/in'], scopes: ['orders:read'] }],
    accessTokenLifetime: '5m',
  },
  rateLimits: { address: { limit: 10, window: '1s' } },
  routes: [
    { method: 'GET', path: '/orders', scopes: ['orders:read'] },
    { method: ['PUT', 'DELETE'], path: '/files/**', idempotency: 'optional' },
  ],
};

test('one policy in every form is one policy', async () => {
  const forms: [string, string][] = [
    ['sallyport.config.yaml', stringify(good)],
    ['sallyport.config.yml', stringify(good)],
    ['sallyport.config.json', JSON.stringify(good, null, '\t')],
    ['sallyport.config.ts', `const policy: object = ${JSON.stringify(good)};\nexport default policy;`],
    ['sallyport.config.mts', `export default ${JSON.stringify(good)} as object;`],
    ['sallyport.config.js', `export default ${JSON.stringify(good)}`],
    ['sallyport.config.mjs', `export default ${JSON.stringify(good)}`],
  ];
  const loaded = [];
  for (const [name, text] of forms) {
    write(name, text);
    const result = await loadPolicy(folder);
    expect(result.file).toBe(name);
    loaded.push(result.policy);
    rmSync(join(folder, name));
  }
  expect(loaded[0]).toMatchObject({ auth: { accessTokenLifetime: 300_000 } });
  expect(loaded[0]?.gateway.pins).toBe(join(folder, 'pins.jws'));
  expect(loaded[0]?.gateway.tls).toEqual({ certificate: join(folder, 'tls/a.pem'), key: '/etc/a.key' });
  for (const policy of loaded) expect(policy).toEqual(loaded[0]);
});

test('whatever stands in a JSON file, its YAML form gives the same answer', async () => {
  const value = fc.oneof(
    fc.jsonValue({ maxDepth: 4 }),
    fc.record(
      { gateway: fc.constant(good.gateway), auth: fc.constant(good.auth), routes: fc.jsonValue(), limits: fc.jsonValue() },
      { requiredKeys: [] },
    ),
  );
  const told = async (name: string, text: string) => {
    write(name, text);
    // The places differ with the form; what is said does not.
    const { lines } = await problems(join(folder, name));
    return lines.map((line) => line.slice(line.indexOf(' '))).sort();
  };
  await fc.assert(
    fc.asyncProperty(value, async (each) => {
      expect(await told('a.yaml', stringify(each))).toEqual(await told('a.json', JSON.stringify(each)));
    }),
    { numRuns: 100 },
  );
});

test('whatever the text, it is read or refused with a PolicyError', async () => {
  const text = fc.oneof(
    fc.string(),
    fc.string({ unit: fc.constantFrom(...'{}[]:,-&*!|>#%@"\'\n\t a1?<') }),
    fc.uint8Array({ maxLength: 60 }),
  );
  await fc.assert(
    fc.asyncProperty(text, fc.constantFrom('a.yaml', 'a.json'), async (content, name) => {
      write(name, content);
      expect((await problems(join(folder, name))).lines.length).toBeGreaterThan(0);
    }),
    { numRuns: 300 },
  );
});

test('each problem tells line and column of the key, or of the group a key is missing from', async () => {
  write(
    'sallyport.config.yaml',
    `gateway:\n  upstream: http://127.0.0.1:3000\nauth:\n  clients:\n    - id: app\n      name: App\n      redirectUris: [myapp:/in]\nroutes:\n  - method: GET\n    path: /a\n  - path: /b\n    method: FETCH\n  - path: /c\n`,
  );
  expect(await problems()).toEqual({
    code: 'policy-invalid',
    lines: [
      expect.stringMatching(/^sallyport\.config\.yaml:7:22 auth\.clients\[0\]\.redirectUris\[0\]: must have a scheme/),
      expect.stringMatching(/^sallyport\.config\.yaml:12:5 routes\[1\]\.method: "FETCH" is none of GET.*; write for instance "GET"$/),
      expect.stringMatching(/^sallyport\.config\.yaml:13:5 routes\[2\]\.method: is missing; write for instance "GET"$/),
    ],
  });
});

test('what is wrong only as a whole has its place too, also behind an alias, also in JSON', async () => {
  write(
    'a.yaml',
    `gateway: { upstream: "http://127.0.0.1:3000" }\nauth:\n  clients: [{ id: a, name: A, redirectUris: ["a.b:/c"] }]\nroutes:\n  - &one { method: GET, path: /a }\n  - *one\n`,
  );
  expect((await problems(join(folder, 'a.yaml'))).lines).toEqual([
    expect.stringContaining('a.yaml:6:5 routes[1]: GET /a is already routes[0] /a'),
  ]);
  write('a.json', JSON.stringify({ ...good, routes: [...good.routes, good.routes[0]] }, null, 2));
  expect((await problems(join(folder, 'a.json'))).lines).toEqual([
    expect.stringMatching(/a\.json:\d+:5 routes\[2\]: GET \/orders is already routes\[0\]/),
  ]);
});

test.each([
  ['a.yaml', 'gateway: 1\ngateway: 2\n', /a\.yaml:2:1 gateway: the key is given twice/],
  ['a.json', '{"gateway": 1,\n "\\u0067ateway": 2}', /a\.json:2:2 gateway: the key is given twice/],
  ['a.yaml', 'gateway: !!js/function "x"\n', /a\.yaml:1:10: is not plain YAML/],
  ['a.yaml', 'gateway: !!binary aGk=\n', /a\.yaml:1:10: is not plain YAML/],
  ['a.yaml', 'a: 1\n---\nb: 2\n', /a\.yaml:\d:\d: is not plain YAML/],
  ['a.yaml', '? [a, b]\n: 1\n', /a\.yaml:1:3: is not plain YAML/],
  ['a.yaml', 'a: [1, 2\n', /a\.yaml:2:1: is not plain YAML/],
  ['a.yaml', 'a: *nowhere\n', /a\.yaml:1:4: the alias \*nowhere stands for nothing/],
  ['a.json', '{"a": 1,\n  b: 2}', /a\.json:2:3: is not JSON/],
  ['a.json', '{"a": 1', /a\.json:1:8: is not JSON/],
  ['a.json', '# comment\n{}', /a\.json:1:1: is not JSON/],
  ['a.json', '', /a\.json:1:1: is not JSON/],
])('%s with %j is unreadable', async (name, text, line) => {
  write(name, text);
  const { code, lines } = await problems(join(folder, name));
  expect(code).toBe('policy-unreadable');
  expect(lines).toEqual([expect.stringMatching(line)]);
});

test('a bomb of aliases, a very deep file and a very large one are refused quickly', async () => {
  const bomb = [
    'a: &a [x,x,x,x,x,x,x,x,x]',
    ...[...'bcdefghi'].map((name, index) => `${name}: &${name} [${Array(9).fill(`*${'abcdefgh'[index]}`).join(',')}]`),
  ];
  write('a.yaml', bomb.join('\n'));
  expect((await problems(join(folder, 'a.yaml'))).lines[0]).toContain('cannot be expanded');
  write('a.yaml', '['.repeat(100_000));
  expect((await problems(join(folder, 'a.yaml'))).code).toBe('policy-unreadable');
  write('a.json', '['.repeat(100_000) + ']'.repeat(100_000));
  await problems(join(folder, 'a.json'));
  write('a.yaml', `# ${'x'.repeat(1_048_576)}`);
  expect((await problems(join(folder, 'a.yaml'))).lines[0]).toContain('larger than 1 MiB');
  write('a.yaml', Array.from({ length: 20_000 }, (_, index) => `k${index}: 1`).join('\n'));
  expect((await problems(join(folder, 'a.yaml'))).code).toBe('policy-invalid');
});

test('no file, two files, a folder without, a name that says nothing, bytes that are no text', async () => {
  expect(await problems()).toEqual({ code: 'policy-not-found', lines: [expect.stringContaining('make one with sallyport init')] });
  expect((await problems(join(folder, 'none.yaml'))).lines[0]).toContain('none.yaml: there is no such file');
  write('sallyport.config.json', '{}');
  write('sallyport.config.yaml', '{}');
  expect((await problems()).lines).toEqual([
    'there are two policies, sallyport.config.yaml and sallyport.config.json; keep one, or name one with --config',
  ]);
  write('policy.txt', '{}');
  expect((await problems(join(folder, 'policy.txt'))).code).toBe('policy-not-found');
  write('latin.yaml', Uint8Array.of(0x61, 0xff));
  expect((await problems(join(folder, 'latin.yaml'))).lines[0]).toContain('is not UTF-8');
  mkdirSync(join(folder, 'folder.yaml'));
  rmSync(join(folder, 'sallyport.config.json'));
  rmSync(join(folder, 'sallyport.config.yaml'));
  mkdirSync(join(folder, 'sallyport.config.yaml'));
  expect((await problems()).code).toBe('policy-unreadable');
});

test('a file that cannot be opened', async () => {
  // A ring of links, because a test that runs as root may open everything else.
  symlinkSync('b.yaml', join(folder, 'a.yaml'));
  symlinkSync('a.yaml', join(folder, 'b.yaml'));
  expect(await problems(join(folder, 'a.yaml'))).toEqual({
    code: 'policy-unreadable',
    lines: [expect.stringContaining('cannot be read (ELOOP)')],
  });
});

/** Loads in a process of its own, as the command line does: node itself runs the module there. */
function loadApart(name: string, text: string): { policy?: unknown; code?: string; message?: string; stderr: string } {
  write(name, text);
  write('package.json', '{}');
  const source = `import { loadPolicy } from ${JSON.stringify(new URL('./load-policy.ts', import.meta.url).href)};
    const answer = await loadPolicy(process.argv[1]).catch(({ code, message }) => ({ code, message }));
    process.stdout.write(JSON.stringify(answer));`;
  const output = execFileSync(process.execPath, ['--input-type=module', '-e', source, folder], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  return { ...JSON.parse(output), stderr: '' };
}

test('a TypeScript policy imports defineConfig where nothing is installed', () => {
  for (const from of ['sallyport', '@sallyport/policy']) {
    const { policy } = loadApart(
      'sallyport.config.ts',
      `import { defineConfig } from '${from}';\nexport default defineConfig(${JSON.stringify(good)});\n`,
    );
    expect(policy).toMatchObject({ auth: { accessTokenLifetime: 300_000 } });
  }
});

test.each([
  ['does not parse', 'export default {\n  gateway: {,\n};\n', /^sallyport\.config\.ts(:2(:\d+)?)?: cannot be run/],
  ['throws', '\n  throw new Error("no\\nupstream");\n', /^sallyport\.config\.ts:2:9: cannot be run \(no upstream\)/],
  [
    'imports what is not there',
    "import 'nowhere';\nexport default {};\n",
    /^sallyport\.config\.ts: cannot be run \(Cannot find package 'nowhere'/,
  ],
  ['exports nothing', 'export const policy = {};\n', /^sallyport\.config\.ts: has no default export/],
  ['uses types that cannot be erased', 'enum A { B }\nexport default {};\n', /^sallyport\.config\.ts(:\d+)*: cannot be run/],
])('a module that %s is unreadable, in one line', (_, text, line) => {
  const { code, message } = loadApart('sallyport.config.ts', text);
  expect(code).toBe('policy-unreadable');
  expect(message).toMatch(line);
  expect(message).not.toContain('\n');
  expect(message).not.toContain('?load=');
});
