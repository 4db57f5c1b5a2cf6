import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { pinOfKey } from '../material/spki-hash.ts';
import { formatPinSet } from '../set/parse-pin-set.ts';
import type { Pin, PinSet } from '../set/pin-set.ts';
import { freshKey, makeAuthority } from '../testing/authority.ts';
import { cli } from '../testing/cli.ts';
import { pinFor } from '../testing/sample-set.ts';
import { startTlsServer } from '../testing/tls-server.ts';

const folder = mkdtempSync(join(tmpdir(), 'sallyport-sign-'));
afterAll(() => rmSync(folder, { recursive: true }));
const run = (...args: string[]) => cli(folder, args);
const put = (name: string, text: string) => writeFileSync(join(folder, name), text);
const leafKey = freshKey();

const pin = (value: string, role: Pin['role'], extra: Partial<Pin> = {}): Pin => ({
  pin: value as never,
  kind: 'spki',
  role,
  state: 'active',
  carriedBy: [],
  ...extra,
});
function putSet(name: string, pins: Pin[], change: Partial<PinSet> = {}, host: Partial<PinSet['hosts'][0]> = {}): void {
  const entry = {
    host: 'api.test',
    includeSubdomains: false,
    reportOnly: false,
    afterExpiry: 'refuse' as const,
    keepsKey: true,
    pins,
    ...host,
  };
  put(name, formatPinSet({ format: 'sallyport-pin-set/1', version: 3, apps: [], hosts: [entry], ...change }));
}

const signWith = (...args: string[]) => run('sign', ...args, '--key', 'release.pem', '--passphrase-file', 'pass');

beforeAll(async () => {
  put('pass', 'four random words here\n');
  put('short', 'hunter2\n');
  expect(await run('sign', '--new-key', 'release.pem', '--passphrase-file', 'pass')).toMatchObject({ code: 0 });
  expect(await run('sign', '--new-key', 'second.pem', '--type', 'ed25519', '--passphrase-file', 'pass')).toMatchObject({ code: 0 });
  putSet('good.json', [pin(pinOfKey(leafKey), 'leaf'), pin(pinFor('backup'), 'backup')]);
  putSet('single.json', [pin(pinFor('leaf'), 'leaf'), pin(pinFor('issuer'), 'intermediate')]);
});

test('a new key is encrypted, private to its owner, and never overwritten', async () => {
  expect(readFileSync(join(folder, 'release.pem'), 'utf8')).toContain('BEGIN ENCRYPTED PRIVATE KEY');
  expect(statSync(join(folder, 'release.pem')).mode & 0o777).toBe(0o600);
  expect(readFileSync(join(folder, 'release.pem.pub'), 'utf8')).toContain('BEGIN PUBLIC KEY');
  expect(await run('sign', '--new-key', 'release.pem', '--passphrase-file', 'pass')).toMatchObject({ code: 2 });
  expect((await run('sign', '--new-key', 'weak.pem', '--passphrase-file', 'short')).stderr).toContain('at least 16 characters');
  expect(readdirSync(folder)).not.toContain('weak.pem');
});

test('of many that make the same key at once, one does', async () => {
  const made = await Promise.all(Array.from({ length: 8 }, () => run('sign', '--new-key', 'race.pem', '--passphrase-file', 'pass')));
  expect(made.map(({ code }) => code).sort()).toEqual([0, 2, 2, 2, 2, 2, 2, 2]);
  expect(readdirSync(folder).filter((name) => name.startsWith('.'))).toEqual([]);
});

test('nothing is signed or planned by a clock that is behind the set', async () => {
  putSet('later.json', [pin(pinOfKey(leafKey), 'leaf', { since: '2036-01-01T00:00:00Z' }), pin(pinFor('backup'), 'backup')]);
  for (const args of [
    ['plan', 'later.json', '--offline'],
    ['sign', 'later.json', '--key', 'release.pem', '--passphrase-file', 'pass', '--output', 'later.jws'],
  ]) {
    expect(await run(...args)).toMatchObject({ code: 2, stdout: '', stderr: expect.stringMatching(/^error clock-implausible: /) });
  }
  expect(readdirSync(folder)).not.toContain('later.jws');
});

test('a signed set verifies with its public key, and counts versions', async () => {
  expect(await signWith('good.json', '--output', 'good.jws')).toMatchObject({ code: 0 });
  const { code, stdout } = await run('verify', 'good.jws', '--key', 'release.pem.pub', '--json');
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({
    version: 3,
    breakGlass: false,
    hosts: [{ host: 'api.test', pins: [pinOfKey(leafKey), pinFor('backup')] }],
  });
  expect(await run('verify', 'good.jws', '--key', 'release.pem.pub', '--current-version', '3')).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('error rollback'),
  });
  // Signed anew it only gets more time; with other pins under the same version it would be another set.
  expect(await signWith('good.json', '--output', 'good.jws', '--days', '30')).toMatchObject({ code: 0 });
  putSet('other.json', [pin(pinOfKey(leafKey), 'leaf'), pin(pinFor('another backup'), 'backup')]);
  expect(await signWith('other.json', '--output', 'good.jws')).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('version-not-monotonic'),
  });
  expect(await run('verify', 'good.jws', '--key', 'second.pem.pub')).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('signature-invalid'),
  });
  const late = await cli(folder, ['verify', 'good.jws', '--key', 'release.pem.pub'], () => Date.now() + 31 * 86_400_000);
  expect(late).toMatchObject({ code: 1, stderr: expect.stringContaining('signed-set-expired') });
});

test('a set with a single path is refused until a reason is given, which is shown', async () => {
  const refused = await signWith('single.json', '--output', 'single.jws');
  expect(refused).toMatchObject({ code: 1, stdout: '' });
  expect(refused.stderr).toMatch(/^error single-path: .*--accept-single-path REASON/);
  expect(readdirSync(folder)).not.toContain('single.jws');
  expect(await signWith('single.json', '--output', 'single.jws', '--accept-single-path', ' ')).toMatchObject({ code: 1 });
  const accepted = await signWith('single.json', '--output', 'single.jws', '--accept-single-path', 'backup key is being made');
  expect(accepted).toMatchObject({ code: 0, stderr: expect.stringContaining('backup key is being made') });
});

describe('what is never signed, whatever is accepted', () => {
  test.each<[string, () => void, string]>([
    [
      'a debugging override',
      () => putSet('x.json', [pin(pinOfKey(leafKey), 'leaf'), pin(pinFor('backup'), 'backup'), pin(pinFor('proxy'), 'debug')]),
      'debug-pin',
    ],
    [
      'pins that expired',
      () => putSet('x.json', [pin(pinOfKey(leafKey), 'leaf'), pin(pinFor('backup'), 'backup')], {}, { expires: '2020-01-01' }),
      'set-expired',
    ],
    [
      'whole certificates that end at the next renewal',
      () => putSet('x.json', [pin(pinFor('a'), 'leaf', { kind: 'certificate' }), pin(pinFor('b'), 'leaf', { kind: 'certificate' })]),
      'plan-breaks',
    ],
    [
      'more than a client reads',
      () =>
        putSet(
          'x.json',
          [pin(pinOfKey(leafKey), 'leaf'), ...Array.from({ length: 60 }, (_, index) => pin(pinFor(`b${index}`), 'backup'))],
          {
            hosts: [1, 2, 3].map((number) => ({
              host: `h${number}.test`,
              includeSubdomains: false,
              reportOnly: false,
              afterExpiry: 'refuse' as const,
              keepsKey: true,
              pins: [pin(pinFor('l'), 'leaf'), ...Array.from({ length: 60 }, (_, index) => pin(pinFor(`b${index}`), 'backup'))],
            })),
          },
        ),
      'set-too-large',
    ],
  ])('%s', async (_, make, code) => {
    make();
    const result = await signWith('x.json', '--output', 'x.jws', '--accept-single-path', 'I insist');
    expect(result).toMatchObject({ code: 1, stdout: '', stderr: expect.stringContaining(`error ${code}`) });
    expect(readdirSync(folder)).not.toContain('x.jws');
  });
});

describe('bad input ends with exit 2', () => {
  test.each<[string, string[], string]>([
    ['a key in the clear', ['good.json', '--key', 'clear.pem', '--passphrase-file', 'pass', '--output', 'y.jws'], 'signing-key-unsuitable'],
    ['an RSA key', ['good.json', '--key', 'rsa.pem', '--passphrase-file', 'pass', '--output', 'y.jws'], 'signing-key-unsuitable'],
    ['a wrong passphrase', ['good.json', '--key', 'release.pem', '--passphrase-file', 'short', '--output', 'y.jws'], 'passphrase-wrong'],
    ['no passphrase', ['good.json', '--key', 'release.pem', '--output', 'y.jws'], 'usage'],
    ['no output', ['good.json', '--key', 'release.pem', '--passphrase-file', 'pass'], 'usage'],
    ['no set', ['none.json', '--key', 'release.pem', '--passphrase-file', 'pass', '--output', 'y.jws'], 'file-unreadable'],
  ])('%s', async (_, args, code) => {
    put('clear.pem', freshKey().export({ type: 'pkcs8', format: 'pem' }) as string);
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    put(
      'rsa.pem',
      privateKey.export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'four random words here' }) as string,
    );
    const result = await run('sign', ...args);
    expect(result).toMatchObject({ code: 2, stdout: '' });
    expect(result.stderr).toMatch(new RegExp(`^error ${code}: [^\\n]+\\n$`));
    expect(result.stderr).not.toContain('random words');
    expect(readdirSync(folder)).not.toContain('y.jws');
  });

  test('an output that is something else is not overwritten', async () => {
    put('notes.txt', 'dear diary');
    expect(await signWith('good.json', '--output', 'notes.txt')).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('signed-set-malformed'),
    });
    expect(readFileSync(join(folder, 'notes.txt'), 'utf8')).toBe('dear diary');
  });
});

test('as over a live connection: its own host must match, unless the second key says so', async () => {
  const authority = await makeAuthority();
  put('ca.pem', authority.root.certificate.toString());
  await signWith('good.json', '--output', 'over.jws');
  expect(
    await run('sign', 'good.json', '--key', 'second.pem', '--passphrase-file', 'pass', '--output', 'over-bg.jws', '--break-glass'),
  ).toMatchObject({ code: 0 });
  const over = (file: string, port: number) =>
    run(
      'verify',
      file,
      '--key',
      'release.pem.pub',
      '--break-glass',
      'second.pem.pub',
      '--over',
      `api.test:${port}`,
      '--address',
      '127.0.0.1',
      '--ca',
      'ca.pem',
    );
  const pinned = await startTlsServer(await authority.issue(['api.test'], { key: leafKey }));
  const unpinned = await startTlsServer(await authority.issue(['api.test']));
  try {
    expect(await over('over.jws', pinned.port)).toMatchObject({ code: 0 });
    expect(await over('over.jws', unpinned.port)).toMatchObject({ code: 1, stderr: expect.stringContaining('pins-miss-connection') });
    expect(await over('over-bg.jws', unpinned.port)).toMatchObject({ code: 0, stdout: expect.stringContaining('BREAK-GLASS') });
  } finally {
    await pinned.close();
    await unpinned.close();
  }
});

test('plan looks at the live host, exits by its verdict and writes every format', async () => {
  const authority = await makeAuthority();
  put('ca.pem', authority.root.certificate.toString());
  const server = await startTlsServer(await authority.issue(['api.test'], { key: leafKey }));
  const live = ['--connect', `api.test=127.0.0.1:${server.port}`, '--ca', 'ca.pem'];
  try {
    expect(await run('plan', 'good.json', ...live)).toMatchObject({ code: 0, stdout: expect.stringContaining('survives what is coming') });
    expect(await run('plan', 'single.json', ...live)).toMatchObject({
      code: 1,
      stdout: expect.stringContaining('no certificate the host shows has an active pin'),
    });
    const json = await run('plan', 'good.json', ...live, '--format', 'json');
    expect(JSON.parse(json.stdout)).toMatchObject({ verdict: 'survives', version: 3 });
    expect(await run('plan', 'good.json', ...live, '--format', 'html', '--output', 'plan.html')).toMatchObject({ code: 0, stdout: '' });
    expect(readFileSync(join(folder, 'plan.html'), 'utf8')).toMatch(/^<!doctype html>/);
    expect(await run('plan', 'single.json', '--offline')).toMatchObject({ code: 1, stdout: expect.stringContaining('single path') });
    expect(await run('plan', 'good.json', '--connect', 'nonsense')).toMatchObject({ code: 2 });
    expect(await run('plan', 'good.json', '--days', '0')).toMatchObject({ code: 2 });
    expect(server.requests).toEqual([]);
  } finally {
    await server.close();
  }
});

test('watch says when the signed set runs out of time, or is not of the set', async () => {
  const watched = (within: string) =>
    run('watch', 'good.json', '--within', within, '--signed', 'watched.jws', '--connect', 'api.test=127.0.0.1:1');
  const codes = (stdout: string) =>
    stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line).code);
  expect(await signWith('good.json', '--output', 'watched.jws', '--days', '20')).toMatchObject({ code: 0 });
  expect(codes((await watched('19')).stdout)).not.toContain('signed-set-ends');
  expect(codes((await watched('20')).stdout)).toContain('signed-set-ends');
  putSet('good2.json', [pin(pinOfKey(leafKey), 'leaf'), pin(pinFor('backup'), 'backup')], { version: 9 });
  const differs = await run('watch', 'good2.json', '--signed', 'watched.jws', '--connect', 'api.test=127.0.0.1:1');
  expect(codes(differs.stdout)).toContain('signed-set-differs');
  expect(await run('watch', 'good.json', '--signed', 'good.json', '--connect', 'api.test=127.0.0.1:1')).toMatchObject({
    stderr: expect.stringMatching(/^error signed-set-malformed: /),
  });
});
