import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { runCheckApp } from '../run-check-app.ts';
import { type CheckReleaseOptions, runCheckRelease } from './run-check-release.ts';

let cwd: string;
beforeEach(async () => {
  cwd = await mkdtemp(join(tmpdir(), 'sallyport-release-'));
});
afterEach(() => rm(cwd, { recursive: true, force: true }));

function world() {
  const said = { out: '', err: '' };
  const io = {
    out: (text: string) => {
      said.out += text;
    },
    err: (text: string) => {
      said.err += text;
    },
    terminal: false,
    color: false,
    width: 100,
    now: () => new Date('2026-06-01T12:00:00Z'),
    version: '0.0.0',
  };
  return { said, io };
}

/** The report of a real run. */
async function appReport(swift = 'let a = 1\n'): Promise<string> {
  const { said, io } = world();
  await writeFile(join(cwd, 'App.swift'), swift);
  await runCheckApp({ path: cwd, format: 'json' }, io);
  await writeFile(join(cwd, 'app.json'), said.out);
  return said.out;
}
async function release(options: Partial<CheckReleaseOptions> = {}) {
  const { said, io } = world();
  return { code: await runCheckRelease({ reports: ['app.json'], cwd, ...options }, io), ...said };
}

it('prints every line with its state and grounds, and the reports behind it', async () => {
  await appReport('func f(accessToken: String) { print("token \\(accessToken)") }\n');
  const { code, out } = await release();
  expect(code).toBe(1);
  expect(out.replaceAll(/\s+/g, ' ')).toMatch(/ broken No sensitive logging, debug builds included: \S+ 1 finding: sensitive-logging /);
  expect(out).toMatch(/proved +OAuth 2 with PKCE[^\n]*\n +[\w-]+:[^:]*oauth-without-pkce/);
  expect(out).toMatch(/not shown +CORS narrow: no report of `sallyport check api`/);
  expect(out).toMatch(/app +[\w-]+, app\.json, of today/);
  expect(out).toMatch(/Not ready for release: 1 line broken, \d+ not shown\.\n$/);
});

it('takes the word of a person from the file beside', async () => {
  await appReport();
  const entry = { id: 'pins-against-proxy', who: 'ann', when: '2026-05-30', evidence: 'mitmproxy <run>', expires: '2026-09-01' };
  await writeFile(join(cwd, 'sallyport-confirmed.json'), JSON.stringify({ confirmed: [entry] }));
  const { out } = await release({ format: 'json' });
  const { version, ready, lines } = JSON.parse(out) as { version: number; ready: boolean; lines: { id: string }[] };
  expect([version, ready]).toEqual([1, false]);
  expect(lines.find(({ id }) => id === 'pins-against-proxy')).toMatchObject({ state: 'confirmed', confirmation: entry });
  expect((await release({ format: 'html' })).out).toContain('mitmproxy &lt;run&gt;');
});

it.each([
  ['a file that is not there', undefined, /cannot be read \(ENOENT\)/],
  ['no JSON', () => '{', /it is no JSON/],
  ['a file of another program', () => '{"version":1}', /not written by sallyport/],
  ['SARIF', () => '{"version":"2.1.0","runs":[]}', /it is SARIF/],
  ['another version', (text: string) => text.replace('"version": 1', '"version": 2'), /version 2/],
  ['a subject of no kind', (text: string) => text.replace('"kind": "app"', '"kind": "tool"'), /what it is about/],
  ['no date', (text: string) => text.replace(/"checkedAt": "[^"]+"/, '"checkedAt": "today"'), /when it was made/],
  ['an unknown line', (text: string) => text.replace('"id": "ats"', '"id": "stars"'), /not known here/],
  ['an unknown state', (text: string) => text.replace('"state": "proved"', '"state": "fine"'), /cannot be read/],
  [
    'a line proved by an audit that failed',
    (text: string) => text.replaceAll('"state": "not-shown"', '"state": "proved"'),
    /contradicts itself/,
  ],
] as const)('exits 2 with one line for %s', async (_, change, message) => {
  const report = await appReport();
  await writeFile(join(cwd, 'other.json'), change?.(report) ?? '');
  const { code, out, err } = await release({ reports: ['app.json', change === undefined ? 'missing.json' : 'other.json'] });
  expect([code, out]).toEqual([2, '']);
  expect(err).toMatch(message);
  expect(err.trimEnd().split('\n')).toHaveLength(1);
});

it('writes a page that fits a phone and calls nobody', async () => {
  await appReport();
  const { err } = await release({ format: 'html', output: 'release.html' });
  expect(err).toMatch(/^Written to release\.html\. Not ready for release: [^\n]+\n$/);
  const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: ['--no-sandbox'] });
  try {
    const phone = await browser.newPage({ viewport: { width: 390, height: 844 }, colorScheme: 'dark' });
    const outside: string[] = [];
    phone.on('request', (request) => outside.push(request.url()));
    await phone.setContent(await readFile(join(cwd, 'release.html'), 'utf8'));
    expect(await phone.locator('.checklist > li').count()).toBe(25);
    const widths = "[document.documentElement, ...document.querySelectorAll('.scroll')].map((each) => each.scrollWidth - each.clientWidth)";
    expect(Math.max(...((await phone.evaluate(widths)) as number[]))).toBe(0);
    expect(outside).toEqual([]);
  } finally {
    await browser.close();
  }
}, 60_000);
