import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import { expect, it } from 'vitest';
import { runCheckApp } from '../run-check-app.ts';

const SWIFT = `import Foundation
func keep(token: String) {
  UserDefaults.standard.set(token, forKey: "accessToken")
  print("token \\(token)")
}
let endpoint = "http://api.example.com/a/very/long/path/that/does/not/fit/on/the/screen/of/a/phone/and/has/no/place/to/break"
`;
const PLIST =
  '<?xml version="1.0"?>\n<plist version="1.0"><dict><key>NSAppTransportSecurity</key><dict><key>NSAllowsArbitraryLoads</key><true/></dict></dict></plist>\n';

async function page(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'sallyport-html-'));
  const parts: string[] = [];
  await writeFile(join(folder, 'App.swift'), SWIFT);
  await writeFile(join(folder, 'Info.plist'), PLIST);
  const io = { err: () => {}, terminal: false, color: false, width: 100, now: () => new Date('2026-06-01T12:00:00Z'), version: '0' };
  await runCheckApp({ path: folder, format: 'html', history: false }, { ...io, out: (text) => void parts.push(text) });
  await rm(folder, { recursive: true });
  return parts.join('');
}

it('leads from the top to the worst finding, fits a phone, and prints every finding in dark ink', async () => {
  const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: ['--no-sandbox'] });
  try {
    const phone = await browser.newPage({ viewport: { width: 390, height: 844 }, colorScheme: 'dark' });
    const outside: string[] = [];
    phone.on('request', (request) => outside.push(request.url()));
    await phone.setContent(await page());
    const first = phone.locator('#first + ol a').first();
    const target = phone.locator((await first.getAttribute('href')) ?? '');
    expect(await target.getAttribute('open')).toBe('');
    expect(await target.locator('summary').textContent()).toContain(await first.textContent());
    const widths = "[document.documentElement, ...document.querySelectorAll('.scroll')].map((each) => each.scrollWidth - each.clientWidth)";
    const tooWide = (await phone.evaluate(widths)) as number[];
    expect(Math.max(...tooWide)).toBe(0);
    expect(await phone.evaluate('getComputedStyle(document.body).backgroundColor')).toBe('rgb(17, 20, 24)');

    await phone.emulateMedia({ media: 'print' });
    expect(await phone.evaluate('getComputedStyle(document.body).backgroundColor')).toBe('rgb(255, 255, 255)');
    expect(await phone.evaluate("getComputedStyle(document.querySelector('.badge')).color")).toBe('rgb(179, 38, 30)');
    // Closed on the screen, open on paper.
    const closed = phone.locator('details.audit:not([open]) h3').first();
    expect((await closed.boundingBox())?.height).toBeGreaterThan(5);
    expect(outside).toEqual([]);
  } finally {
    await browser.close();
  }
}, 60_000);
