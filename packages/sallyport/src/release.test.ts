import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runCheckApi } from '@sallyport/checker/api';
import { runCheckApp } from '@sallyport/checker/app';
import { noFlaws, startWeakApi, type WeakApi } from '@sallyport/example-weak-api';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { checkIo } from './check-io.ts';
import { captureIo } from './testing/capture-io.ts';
import { runSallyport } from './testing/run-sallyport.ts';

// The afternoon of the guide: one app, one API, what a person tried, and the release at the end.
let cwd: string;
let api: WeakApi;
let webhook: () => string | undefined;
const BACKUP = 'r/mIkG3eEpVdm+u/ko/cwxzOMo1bk4TyHIlByibiA5E=';

beforeAll(async () => {
  cwd = mkdtempSync(join(tmpdir(), 'release-'));
  api = await startWeakApi({ flaws: noFlaws, alerts: () => webhook() });
  mkdirSync(join(cwd, 'ios'));
  const pins = [api.pin, BACKUP].map((pin) => `<dict><key>SPKI-SHA256-BASE64</key><string>${pin}</string></dict>`).join('');
  const domain = `<key>${new URL(api.url).hostname}</key><dict><key>NSPinnedLeafIdentities</key><array>${pins}</array></dict>`;
  const plist = `<plist><dict><key>NSAppTransportSecurity</key><dict><key>NSPinnedDomains</key><dict>${domain}</dict></dict></dict></plist>`;
  writeFileSync(join(cwd, 'ios/Info.plist'), plist);
  writeFileSync(join(cwd, 'ios/Counter.swift'), 'struct Counter { var count = 0 }\n');
  const git = (...args: string[]) =>
    execFileSync('git', ['-c', 'user.name=Ann', '-c', 'user.email=ann@example.com', ...args], { cwd: join(cwd, 'ios'), stdio: 'ignore' });
  git('init');
  git('add', '.');
  git('commit', '-m', 'Start');
  writeFileSync(join(cwd, 'ca.pem'), api.authority);
  writeFileSync(join(cwd, 'openapi.json'), api.openapi);
});
afterAll(async () => {
  await api.close();
  rmSync(cwd, { recursive: true });
});

test('an app and an API in order, and a person who tried the pins, make a release', { timeout: 120_000 }, async () => {
  const io = captureIo({ cwd, isTerminal: true });
  webhook = () => /listening for alerts at (http:\/\/[\d.:]+)/.exec(io.err())?.[1];
  const report = (name: string) => ({ format: 'json' as const, output: join(cwd, name), failOn: 'none' as const });
  expect(await runCheckApp({ path: join(cwd, 'ios'), api: api.url, ca: api.authority, ...report('app.json') }, checkIo(io))).toBe(0);
  const user = (name: string) => {
    const { access_token, refresh_token } = api.signIn(name);
    return { accessToken: access_token, refreshToken: refresh_token };
  };
  const options = {
    url: `${api.url}/orders`,
    ca: join(cwd, 'ca.pem'),
    openapi: join(cwd, 'openapi.json'),
    plainHttpPort: api.plainHttpPort,
    user: user('ann'),
    secondUser: user('bob'),
    idToken: api.signIn('ann').id_token,
    expiredToken: api.expiredToken('ann'),
    oauth: { clientId: 'orders-app' },
    signIn: { url: `${api.url}/sign-in`, user: 'bob' },
    idempotentRoute: { method: 'POST', path: '/orders', body: '{"item":"lamp","quantity":1}' },
    active: true,
    alerts: { host: '127.0.0.1', port: 0, wait: 30, quiet: 0 },
  };
  await runCheckApi({ ...options, ...report('api.json') }, checkIo(io));

  const release = (...args: string[]) => runSallyport(['check', 'release', 'app.json', 'api.json', ...args], { cwd });
  const before = await release();
  expect([before.code, before.err]).toEqual([1, '']);
  expect(before.out).toMatch(/Not ready for release: 1 line not shown\.\n$/);
  expect(before.out).toMatch(/not shown +Pins tested against a proxy/);
  expect(before.out).toMatch(/proved +Monitoring drill raises an alert\n +127\.0\.0\.1:\d+: monitoring-drill/);

  const today = new Date().toISOString().slice(0, 10);
  const entry = { id: 'pins-against-proxy', who: 'ann', when: today, evidence: 'no call came through', expires: '2999-01-01' };
  writeFileSync(join(cwd, 'sallyport-confirmed.json'), JSON.stringify({ confirmed: [entry] }));
  const after = await release();
  expect([after.code, after.out]).toEqual([0, expect.stringMatching(/Ready for release: all 25 lines stand\.\n$/)]);
});
