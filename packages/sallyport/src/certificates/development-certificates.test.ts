import { execFile } from 'node:child_process';
import { createPrivateKey, X509Certificate } from 'node:crypto';
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { spkiPinOf } from '@sallyport/pipeline/certificates';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { ensureDevelopmentCertificates } from './development-certificates.ts';

const DAY = 86_400_000;
const START = Date.UTC(2026, 0, 1);

let parent: string;
let folder: string;
beforeEach(() => {
  parent = mkdtempSync(join(tmpdir(), 'certificates-'));
  folder = join(parent, 'tls');
});
afterEach(() => rmSync(parent, { recursive: true, force: true }));

const ensure = (now = START) => ensureDevelopmentCertificates(folder, () => now);

test('the first start makes everything, private to this user; the second reads the same', () => {
  const made = ensure();
  expect(statSync(folder).mode & 0o777).toBe(0o700);
  expect(readdirSync(folder).sort()).toEqual(['backup.key', 'ca.key', 'ca.pem', 'server.key', 'server.pem']);
  for (const name of readdirSync(folder)) expect(statSync(join(folder, name)).mode & 0o777, name).toBe(0o600);
  expect(made.pins[0]).toBe(spkiPinOf(createPrivateKey(made.key)));
  expect(made.pins[1]).toBe(spkiPinOf(createPrivateKey(readFileSync(join(folder, 'backup.key')))));
  expect(made.pins[0]).not.toBe(made.pins[1]);
  expect(ensure(START + DAY)).toEqual(made);
});

test('the certificate is good on a machine whose clock is behind by a quarter of an hour', () => {
  expect(new X509Certificate(ensure().certificate).validFromDate.getTime()).toBeLessThan(START - DAY / 96);
});

test('a certificate in the last third of its life is renewed, its key and so the pins stay', () => {
  const first = ensure();
  expect(ensure(START + 59 * DAY)).toEqual(first);
  const renewed = ensure(START + 61 * DAY);
  expect(renewed.certificate).not.toBe(first.certificate);
  expect(renewed).toMatchObject({ certificateAuthority: first.certificateAuthority, key: first.key, pins: first.pins });
  expect(new X509Certificate(renewed.certificate).validToDate.getTime()).toBe(START + 151 * DAY);
});

test('the authority is renewed with its key: what it signed before still verifies', () => {
  const first = ensure();
  const later = ensure(START + 300 * DAY);
  expect(later.certificateAuthority).not.toBe(first.certificateAuthority);
  expect(new X509Certificate(first.certificate).verify(new X509Certificate(later.certificateAuthority).publicKey)).toBe(true);
  expect(later.pins).toEqual(first.pins);
});

test('a certificate from the future, after the clock was set back, is made again', () => {
  const future = ensure(START + 400 * DAY);
  const now = ensure(START);
  expect(now.certificate).not.toBe(future.certificate);
  expect(new X509Certificate(now.certificate).validFromDate.getTime()).toBeLessThanOrEqual(START);
});

test.each(['ca.pem', 'server.pem', 'ca.key', 'backup.key'])(
  '%s damaged, cut off or gone: it is made again, and the server key stays',
  (name) => {
    const first = ensure();
    const damages = [
      () => writeFileSync(join(folder, name), '-----BEGIN NONSENSE-----'),
      () => truncateSync(join(folder, name), 40),
      () => truncateSync(join(folder, name), 0),
      () => rmSync(join(folder, name)),
    ];
    for (const damage of damages) {
      damage();
      const mended = ensure();
      expect(mended.key).toBe(first.key);
      expect(new X509Certificate(mended.certificate).verify(new X509Certificate(mended.certificateAuthority).publicKey)).toBe(true);
      expect(ensure()).toEqual(mended);
    }
  },
);

test('a lost server key is replaced by the backup key, so that an app with both pins goes on', () => {
  const first = ensure();
  writeFileSync(join(folder, 'server.key'), 'damaged');
  const second = ensure();
  expect(second.pins[0]).toBe(first.pins[1]);
  expect(second.pins[1]).not.toBe(first.pins[0]);
  expect(second.pins[1]).not.toBe(second.pins[0]);
  expect(new X509Certificate(second.certificate).checkPrivateKey(createPrivateKey(second.key))).toBe(true);
  expect(ensure()).toEqual(second);
});

test('an authority of somebody else put into the folder is not used', () => {
  const first = ensure();
  const otherFolder = join(parent, 'other');
  const other = ensureDevelopmentCertificates(otherFolder, () => START);
  writeFileSync(join(folder, 'ca.pem'), other.certificateAuthority);
  const mended = ensure();
  expect(mended.certificateAuthority).not.toBe(other.certificateAuthority);
  expect(mended.key).toBe(first.key);
});

test('a folder others can enter is closed', () => {
  ensure();
  chmodSync(folder, 0o755);
  ensure();
  expect(statSync(folder).mode & 0o777).toBe(0o700);
});

test('processes that start at once end with the same keys', async () => {
  const source = `import { ensureDevelopmentCertificates } from ${JSON.stringify(new URL('./development-certificates.ts', import.meta.url).href)};
    process.stdout.write(JSON.stringify(ensureDevelopmentCertificates(process.argv[1], Date.now)));`;
  const run = promisify(execFile);
  const runs = await Promise.all(Array.from({ length: 6 }, () => run(process.execPath, ['--input-type=module', '-e', source, folder])));
  const results = runs.map(({ stdout }) => JSON.parse(stdout) as ReturnType<typeof ensure>);
  for (const result of results) {
    expect(result.pins).toEqual(results[0]?.pins);
    expect(new X509Certificate(result.certificate).verify(new X509Certificate(results[0]?.certificateAuthority ?? '').publicKey)).toBe(
      true,
    );
  }
  expect(readdirSync(folder)).toHaveLength(5);
});
