import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type CheckAppOptions, runCheckApp } from './run-check-app.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sallyport-check-'));
});
afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

const BAD = 'func signedIn(accessToken: String) {\n  print("token \\(accessToken)")\n}\n';
const PLACE = 'App.swift';

async function check(options: Partial<CheckAppOptions> = {}, day = '2026-06-01') {
  let out = '';
  let err = '';
  const code = await runCheckApp(
    { path: folder, ...options },
    {
      out: (text) => {
        out += text;
      },
      err: (text) => {
        err += text;
      },
      terminal: false,
      color: false,
      width: 100,
      now: () => new Date(`${day}T12:00:00Z`),
      version: '0.0.0',
    },
  );
  return { code, out, err };
}

const fingerprint = async () =>
  (JSON.parse((await check({ format: 'json' })).out) as { findings: { fingerprint: string }[] }).findings[0]?.fingerprint;

it('closes the gate on a serious finding and names file and line', async () => {
  await writeFile(join(folder, PLACE), BAD);
  const { code, out } = await check();
  expect(code).toBe(1);
  expect(out).toContain('App.swift:2');
  expect(out).toContain('Gate closed');
});

it('names the call a helper was reached through', async () => {
  await writeFile(
    join(folder, 'Box.swift'),
    'struct Box {\n  func remember(_ value: String) { UserDefaults.standard.set(value, forKey: "v") }\n}\n',
  );
  await writeFile(join(folder, 'Use.swift'), 'func signedIn(accessToken: String, box: Box) {\n  box.remember(accessToken)\n}\n');
  const { out } = await check();
  expect(out).toMatch(/Box\.swift:2 /);
  expect(out).toContain('Reached from: Use.swift:2');
});

it('lets no file name break a line or steer the terminal', async () => {
  await writeFile(join(folder, 'A\n\u001b[2KGate open.swift'), BAD);
  const { out } = await check();
  expect(out).not.toContain('\u001b');
  expect(out).toContain('A  [2KGate open.swift:2');
});

it('opens the gate on clean sources', async () => {
  await writeFile(join(folder, PLACE), 'let a = 1\n');
  expect((await check()).code).toBe(0);
});

const OPEN_ATS =
  '<plist><dict><key>NSAppTransportSecurity</key><dict><key>NSAllowsArbitraryLoads</key><true/><key>NSExceptionDomains</key><dict><key>old.example.com</key><dict><key>NSExceptionAllowsInsecureHTTPLoads</key><true/><key>NSIncludesSubdomains</key><true/></dict></dict></dict></dict></plist>';
type Found = { findings: { audit: string; severity: string; message: string; neededBy?: string }[] };
const found = (out: string, audit: string) => (JSON.parse(out) as Found).findings.find((finding) => finding.audit === audit);

it('lowers the severity of what an app of its kind must do, says why, and hides nothing', async () => {
  await writeFile(join(folder, 'Info.plist'), OPEN_ATS);
  const plain = await check({ format: 'json' });
  expect(found(plain.out, 'ats-arbitrary-loads')).toMatchObject({ severity: 'high' });
  const { out } = await check({ format: 'json', appKinds: ['self-hosted'] });
  expect(found(out, 'ats-arbitrary-loads')).toMatchObject({
    severity: 'low',
    neededBy: 'self-hosted',
    message: expect.stringContaining('own servers may have no TLS'),
  });
  // A host that is named is excused by no kind.
  expect(found(out, 'ats-exception-domains')).toMatchObject({ severity: 'high' });
});

it('keeps the severity of trust and TLS versions whatever the kind', async () => {
  const lax = 'let c = URLSessionConfiguration.default\nc.tlsMinimumSupportedProtocolVersion = .TLSv10\n';
  await writeFile(join(folder, 'Net.swift'), lax);
  const severities = async (appKinds: string[]) =>
    (JSON.parse((await check({ format: 'json', appKinds })).out) as Found).findings.map(({ audit, severity }) => `${audit} ${severity}`);
  expect(await severities(['browser', 'self-hosted', 'media', 'local-network'])).toEqual(await severities([]));
});

it('takes the kind of app from the file of accepted risks as well', async () => {
  await writeFile(join(folder, 'Info.plist'), OPEN_ATS);
  await writeFile(join(folder, 'sallyport-risks.json'), '{ "appKinds": ["browser"], "risks": [] }');
  expect(found((await check({ format: 'json' })).out, 'ats-arbitrary-loads')).toMatchObject({ severity: 'low', neededBy: 'browser' });
});

it.each([
  [{ appKinds: ['shop'] }, undefined],
  [{}, '{ "appKinds": ["shop"], "risks": [] }'],
  [{}, '{ "appKinds": "browser", "risks": [] }'],
])('says what kinds there are when it is told of another: %o %s', async (options, file) => {
  await writeFile(join(folder, PLACE), 'let a = 1\n');
  if (file !== undefined) await writeFile(join(folder, 'sallyport-risks.json'), file);
  const { code, err } = await check(options);
  expect(code).toBe(2);
  expect(err).toMatch(/browser/);
  expect(err.trim().split('\n')).toHaveLength(1);
});

it('gates by severity and by named audits, apart from each other', async () => {
  await writeFile(join(folder, PLACE), BAD);
  expect((await check({ failOn: 'critical' })).code).toBe(0);
  expect((await check({ failOn: 'none', failOnAudits: ['sensitive-logging'] })).code).toBe(1);
  expect((await check({ failOn: 'none', failOnAudits: ['weak-hash'] })).code).toBe(0);
});

it('says in one line what cannot run, and ends with 2', async () => {
  for (const options of [
    { path: join(folder, 'missing') },
    { only: ['no-such-audit'] },
    { failOnAudits: ['no-such-audit'] },
    { baseline: join(folder, 'missing.json') },
    { risks: join(folder, 'missing.json') },
  ]) {
    await writeFile(join(folder, PLACE), BAD);
    const { code, err, out } = await check(options);
    expect(code).toBe(2);
    expect(out).toBe('');
    expect(err.trim().split('\n')).toHaveLength(1);
    expect(err).not.toMatch(/\bat .*\.ts:\d+/);
  }
});

it('keeps a fingerprint when lines move, and changes it when the line changes', async () => {
  await writeFile(join(folder, PLACE), BAD);
  const before = await fingerprint();
  await writeFile(join(folder, PLACE), `// one more line\n\n${BAD}`);
  expect(await fingerprint()).toBe(before);
  await writeFile(join(folder, PLACE), BAD.replace('token ', 'the token '));
  expect(await fingerprint()).not.toBe(before);
});

it('counts only what is new over a baseline', async () => {
  await writeFile(join(folder, PLACE), BAD);
  const baseline = join(folder, 'baseline.json');
  await check({ writeBaseline: baseline });
  expect((await check({ baseline })).code).toBe(0);
  await writeFile(join(folder, 'New.swift'), BAD);
  const { code, out } = await check({ baseline });
  expect(code).toBe(1);
  expect(out).toContain('New.swift:2');
  expect(out).not.toContain('App.swift:2');
});

it('accepts a risk until its day and not after', async () => {
  await writeFile(join(folder, PLACE), BAD);
  await writeFile(
    join(folder, 'sallyport-risks.json'),
    JSON.stringify({
      risks: [{ audit: 'sensitive-logging', path: PLACE, reason: 'test build only', owner: 'ann', expires: '2026-06-30' }],
    }),
  );
  expect((await check({}, '2026-06-30')).code).toBe(0);
  const late = await check({}, '2026-07-01');
  expect(late.code).toBe(1);
  expect(late.out).toMatch(/expired on 2026-06-30/);
});

it.each([
  ['{', /no JSON/],
  ['{"risks":[{"audit":"weak-hash","path":"a"}]}', /lacks reason, owner, expires/],
  ['{"risks":[{"audit":"weak-hash","reason":"r","owner":"o","expires":"2026-01-01"}]}', /neither a fingerprint nor a path/],
  ['{"risks":[{"audit":"weak-hash","path":"a","reason":"r","owner":"o","expires":"soon"}]}', /no YYYY-MM-DD day/],
])('refuses the file of accepted risks %s', async (text, message) => {
  await writeFile(join(folder, PLACE), BAD);
  await writeFile(join(folder, 'sallyport-risks.json'), text);
  const { code, err } = await check();
  expect(code).toBe(2);
  expect(err).toMatch(message);
});

it('shows no secret in any report', async () => {
  const secret = 'Zk3vQ9tLw2Xr7Bn5';
  await writeFile(join(folder, PLACE), `struct Api { static let apiSecret = "${secret}" }\n`);
  await writeFile(join(folder, 'App.xcconfig'), `API_SECRET = ${secret}\n`);
  for (const format of ['pretty', 'json', 'sarif', 'html'] as const) {
    const { out } = await check({ format });
    expect(out).toContain('hardcoded-secret');
    expect(out).not.toContain(secret);
  }
});

it('writes SARIF with one location, a rule and a fingerprint for each result', async () => {
  await writeFile(join(folder, PLACE), BAD);
  const sarif = JSON.parse((await check({ format: 'sarif' })).out) as {
    version: string;
    runs: {
      tool: { driver: { rules: { id: string }[] } };
      results: {
        ruleId: string;
        ruleIndex: number;
        locations: { physicalLocation: { region: { startLine: number } } }[];
        partialFingerprints: Record<string, string>;
      }[];
    }[];
  };
  expect(sarif.version).toBe('2.1.0');
  const [run] = sarif.runs;
  const [result] = run?.results ?? [];
  expect(run?.tool.driver.rules[result?.ruleIndex ?? -1]?.id).toBe(result?.ruleId);
  expect(result?.locations).toHaveLength(1);
  expect(result?.locations[0]?.physicalLocation.region.startLine).toBe(2);
  expect(result?.partialFingerprints['sallyport/v1']).toMatch(/^[0-9a-f]{32}$/);
});

it('escapes what it shows on the page', async () => {
  await writeFile(join(folder, PLACE), 'func f(accessToken: String) { print("<script>alert(1)</script> \\(accessToken)") }\n');
  const output = join(folder, 'report.html');
  await check({ format: 'html', output });
  const page = await readFile(output, 'utf8');
  expect(page).toContain('&lt;script&gt;');
  expect(page).not.toContain('<script>alert');
  expect(page).not.toMatch(/(?:src|href)="https?:/);
});

it('leaves test code alone unless asked', async () => {
  await writeFile(join(folder, 'LoginTests.swift'), BAD);
  expect((await check()).code).toBe(0);
  expect((await check({ includeTests: true })).code).toBe(1);
});

it('does not try to understand test code unless asked', async () => {
  await writeFile(join(folder, 'LoginTests.swift'), '} '.repeat(400));
  expect((await check()).out).not.toContain('LoginTests.swift');
  expect((await check({ includeTests: true })).out).toContain('LoginTests.swift');
});

it('shows the release checklist in every form, and what the app alone does not prove', async () => {
  await writeFile(join(folder, PLACE), BAD);
  const lines = (JSON.parse((await check({ format: 'json' })).out) as { checklist: { id: string; state: string; why?: string }[] })
    .checklist;
  const line = (id: string) => lines.find((each) => each.id === id);
  expect(line('no-sensitive-logging')).toMatchObject({ state: 'broken', why: '1 finding: sensitive-logging' });
  expect(line('oauth-pkce')).toMatchObject({ state: 'proved' });
  expect(line('no-store')).toMatchObject({ state: 'not-shown', why: 'proved by `sallyport check api`' });
  // The folder is no repository: nobody looked at its history.
  expect(line('no-secrets')).toMatchObject({ state: 'not-shown', why: 'No git history was given.' });
  expect(line('pins')).toMatchObject({ state: 'not-shown', why: expect.stringContaining('--api') });
  const sarif = JSON.parse((await check({ format: 'sarif' })).out) as { runs: { properties: { releaseChecklist: unknown } }[] };
  expect(sarif.runs[0]?.properties.releaseChecklist).toEqual(lines);
  expect((await check()).out).toMatch(
    /Release checklist\n {2}broken +No sensitive logging, debug builds included: 1 finding: sensitive-logging\n/,
  );
  expect((await check({ format: 'html' })).out).toMatch(
    /<h2 id="checklist">Release checklist<\/h2>\s*<ul[^>]*><li><span class="mark broken">/,
  );
});

it('calls no line proved that only one of its audits was asked about', async () => {
  await writeFile(join(folder, PLACE), 'let a = 1\n');
  const { out } = await check({ format: 'json', only: ['weak-hash'] });
  const states = (JSON.parse(out) as { checklist: { state: string }[] }).checklist.map(({ state }) => state);
  expect(new Set(states)).toEqual(new Set(['not-shown']));
});

it('tells pins that end within 30 days of the day of the check, and those that have ended', async () => {
  const config = join(folder, 'network_security_config.xml');
  await writeFile(
    config,
    '<network-security-config><domain-config><domain>a.example</domain><pin-set expiration="2026-06-20"><pin digest="SHA-256">a</pin><pin digest="SHA-256">b</pin></pin-set></domain-config></network-security-config>\n',
  );
  expect((await check({ only: ['pins-expired'] }, '2026-05-01')).out).not.toContain('not enforced');
  expect((await check({ only: ['pins-expired'] }, '2026-06-01')).out).toContain('From 2026-06-20, in 19 days');
  expect((await check({ only: ['pins-expired'] }, '2026-06-20')).out).toContain('Since 2026-06-20');
});
