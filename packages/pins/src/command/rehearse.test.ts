import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { pinOfKey } from '../material/spki-hash.ts';
import { rehearse } from '../rehearse/rehearse.ts';
import { runners } from '../rehearse/runners.ts';
import { formatPinSet } from '../set/parse-pin-set.ts';
import type { Pin, PinSet } from '../set/pin-set.ts';
import { type Authority, freshKey, makeAuthority } from '../testing/authority.ts';
import { cli } from '../testing/cli.ts';
import { startTlsServer } from '../testing/tls-server.ts';

const DAY = 86_400_000;
const HOST = 'api.test';
const folder = mkdtempSync(join(tmpdir(), 'sallyport-rehearse-test-'));
afterAll(() => rmSync(folder, { recursive: true }));
const run = (...args: string[]) => cli(folder, args);
const [leafKey, backupKey] = [freshKey(), freshKey()];

const pin = (value: string, role: Pin['role'], extra: Partial<Pin> = {}): Pin => ({
  pin: value as never,
  kind: 'spki',
  role,
  state: 'active',
  carriedBy: [],
  ...extra,
});
const setOf = (host: Partial<PinSet['hosts'][0]> = {}): PinSet => ({
  format: 'sallyport-pin-set/1',
  version: 1,
  apps: [],
  hosts: [
    {
      host: HOST,
      includeSubdomains: false,
      reportOnly: false,
      afterExpiry: 'refuse',
      keepsKey: true,
      pins: [pin(pinOfKey(leafKey), 'leaf'), pin(pinOfKey(backupKey), 'backup', { rehearsed: new Date().toISOString() })],
      ...host,
    },
  ],
});

let authority: Authority;
beforeAll(async () => {
  authority = await makeAuthority();
  writeFileSync(join(folder, 'ca.pem'), authority.root.certificate.toString());
  writeFileSync(join(folder, 'pins.json'), formatPinSet(setOf()));
  writeFileSync(join(folder, 'backup.pem'), backupKey.export({ type: 'pkcs8', format: 'pem' }));
  writeFileSync(join(folder, 'backup.der'), backupKey.export({ type: 'sec1', format: 'der' }));
  writeFileSync(join(folder, 'other.pem'), freshKey().export({ type: 'pkcs8', format: 'pem' }));
});

describe('rehearse', () => {
  test('every form that runs accepts the backup key and refuses wrong ones; the date is recorded', async () => {
    const { code, stdout } = await run('rehearse', '--key', 'backup.pem', '--for', HOST, '--record');
    expect(stdout).toMatch(/^passed {3}curl: accepted the backup key, refused an unknown key and a wrong pin$/m);
    expect(stdout).toMatch(/^passed {3}node: accepted/m);
    expect(code).toBe(0);
    const shown = JSON.parse(readFileSync(join(folder, 'pins.json'), 'utf8'));
    expect(shown.version).toBe(2);
    expect(Date.parse(shown.hosts[0].pins[1].rehearsed)).toBeGreaterThan(Date.now() - 60_000);
    expect(await run('rehearse', '--key', 'backup.der', '--for', HOST)).toMatchObject({ code: 0 });
  });

  test('a report-only host is rehearsed as if it enforced', async () => {
    const results = await rehearse({ set: setOf({ reportOnly: true }), host: HOST, backupKey, now: Date.now(), runners });
    expect(results.map(({ verdict }) => verdict)).toEqual(['passed', 'passed']);
  });

  test.each<[string, 'accepted' | 'refused', string]>([
    ['whose pins are inert', 'accepted', 'its pins are inert'],
    ['that refuses the backup key', 'refused', 'apps would be cut off'],
  ])('a form %s fails', async (_, answer, why) => {
    const [result] = await rehearse({
      set: setOf(),
      host: HOST,
      backupKey,
      now: Date.now(),
      runners: [{ form: 'client', run: async () => answer }],
    });
    expect(result).toMatchObject({ verdict: 'failed', why: expect.stringContaining(why) });
  });

  test('a form that looks at nothing but whether the key is known is found out by the wrong pins', async () => {
    let calls = 0;
    const runner = { form: 'client', run: async () => (['accepted', 'refused', 'accepted'] as const)[calls++] ?? 'refused' };
    const [result] = await rehearse({ set: setOf(), host: HOST, backupKey, now: Date.now(), runners: [runner] });
    expect(result?.why).toContain('deliberately wrong');
  });

  test('a form that is not installed here is named as not run', async () => {
    const path = process.env.PATH;
    process.env.PATH = folder;
    try {
      const [result] = await rehearse({
        set: setOf(),
        host: HOST,
        backupKey,
        now: Date.now(),
        runners: runners.filter(({ form }) => form === 'curl'),
      });
      expect(result).toMatchObject({ verdict: 'not-run' });
    } finally {
      process.env.PATH = path;
    }
  });

  test.each<[string, string[], string]>([
    ['a key that is no pin', ['--key', 'other.pem', '--for', HOST], 'pin-unlisted'],
    ['a certificate instead of a key', ['--key', 'ca.pem', '--for', HOST], 'material-unrecognised'],
    ['an unknown host', ['--key', 'backup.pem', '--for', 'b.test'], 'host-unlisted'],
    ['no key', ['--for', HOST], 'usage'],
  ])('%s is bad input', async (_, args, code) => {
    const result = await run('rehearse', ...args);
    expect(result).toMatchObject({ code: 2, stdout: '' });
    expect(result.stderr).toMatch(new RegExp(`^error ${code}: `));
  });
});

describe('watch', () => {
  const watch = async (identity: Awaited<ReturnType<Authority['issue']>>, set: PinSet, ...args: string[]) => {
    const server = await startTlsServer(identity);
    writeFileSync(join(folder, 'watched.json'), formatPinSet(set));
    try {
      const result = await run('watch', 'watched.json', '--connect', `${HOST}=127.0.0.1:${server.port}`, '--ca', 'ca.pem', ...args);
      return {
        ...result,
        events: result.stdout
          .split('\n')
          .filter(Boolean)
          .map((line) => JSON.parse(line)),
      };
    } finally {
      await server.close();
    }
  };
  const leaf = (days: number) => authority.issue([HOST], { key: leafKey, notAfter: Date.now() + days * DAY });

  test('says nothing when all is well', async () => {
    expect(await watch(await leaf(89), setOf())).toMatchObject({ code: 0, stdout: '' });
  });

  test('finds a certificate that was not renewed, and appends the event', async () => {
    const { code, events } = await watch(await leaf(10), setOf(), '--events', 'events.jsonl');
    expect(code).toBe(1);
    expect(events).toMatchObject([{ event: 'pins-watch', host: HOST, code: 'certificate-expires', severity: 'break' }]);
    expect(JSON.parse(readFileSync(join(folder, 'events.jsonl'), 'utf8'))).toEqual(events[0]);
    expect(await watch(await leaf(10), setOf(), '--within', '5')).toMatchObject({ code: 0 });
  });

  test('finds a host that shows no pinned key any more', async () => {
    const { code, events } = await watch(await authority.issue([HOST]), setOf());
    expect(code).toBe(1);
    expect(events.map(({ code: each }) => each)).toContain('today');
  });

  test('finds pins that end soon and closed, and a single path as a warning', async () => {
    const soon = await watch(await leaf(89), setOf({ expires: new Date(Date.now() + 5 * DAY).toISOString() }));
    expect(soon).toMatchObject({ code: 1, events: [{ code: 'pins-expire', severity: 'break' }] });
    const single = setOf({ pins: [pin(pinOfKey(leafKey), 'leaf'), pin(pinOfKey(backupKey), 'backup', { state: 'staged' })] });
    const warned = await watch(await leaf(89), single);
    expect(warned.code).toBe(0);
    expect(warned.events).toContainEqual(expect.objectContaining({ code: 'leaf-key-lost', severity: 'warning' }));
  });

  test('a host that cannot be reached, or presents an expired chain, is a finding', async () => {
    const expired = await watch(
      await authority.issue([HOST], { key: leafKey, notBefore: Date.now() - 9 * DAY, notAfter: Date.now() - DAY }),
      setOf(),
    );
    expect(expired).toMatchObject({ code: 1 });
    expect(expired.events).toContainEqual(expect.objectContaining({ code: 'chain-expired', severity: 'break' }));
    const gone = await run('watch', 'watched.json', '--connect', `${HOST}=127.0.0.1:1`);
    expect(gone.code).toBe(1);
    expect(gone.stdout).toContain('host-unreachable');
  });

  test('a clock that is off by years is told, not believed', async () => {
    const set = setOf({ pins: [pin(pinOfKey(leafKey), 'leaf', { since: '2036-01-01T00:00:00Z' }), pin(pinOfKey(backupKey), 'backup')] });
    const result = await watch(await leaf(89), set);
    expect(result).toMatchObject({ code: 2, stdout: '' });
    expect(result.stderr).toMatch(/^error clock-implausible: /);
  });
});

test('a set file damaged half way is refused and left as it is', async () => {
  appendFileSync(join(folder, 'pins.json'), '{');
  const before = readFileSync(join(folder, 'pins.json'), 'utf8');
  expect(await run('release', '9.9.9')).toMatchObject({ code: 2, stderr: expect.stringContaining('set-malformed') });
  expect(readFileSync(join(folder, 'pins.json'), 'utf8')).toBe(before);
});
