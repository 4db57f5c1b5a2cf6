import { existsSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { App } from '../testing/app.ts';
import { type Deployment, deploy } from '../testing/deployment.ts';

const executablePath = process.env.CHROMIUM ?? '/usr/bin/chromium';
const args = '--no-sandbox --disable-gpu --disable-background-networking --disable-component-update --disable-sync'.split(' ');

let browser: Browser;
let deployment: Deployment;
let app: App;
let loopback: Server;
/** Where the browser arrived in the app that listens on loopback (RFC 8252 §7.3). */
let arrivals: string[];
beforeAll(async () => {
  if (!existsSync(executablePath)) throw new Error(`No Chromium at ${executablePath}. Install it, or name it in CHROMIUM.`);
  arrivals = [];
  loopback = createServer((request, response) => {
    arrivals.push(request.url ?? '');
    response.end('back in the app');
  }).listen(0, '127.0.0.1');
  browser = await chromium.launch({ executablePath, args });
  deployment = await deploy();
  app = deployment.app({ redirectUri: `http://127.0.0.1:${(loopback.address() as AddressInfo).port}/signed-in` });
});
afterAll(async () => {
  await browser?.close();
  await deployment?.close();
  loopback?.close();
});

/** Opens the sign-in page, and gathers what the browser complains about. */
async function open(options: BrowserContextOptions = {}, changes = {}): Promise<{ page: Page; complaints: string[] }> {
  const context = await browser.newContext({ ignoreHTTPSErrors: true, ...options });
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('console', (message) => complaints.push(message.text()));
  page.on('pageerror', (error) => complaints.push(error.message));
  await page.goto(`${deployment.issuer}/authorize?${new URLSearchParams(app.authorizationParameters(changes))}`);
  return { page, complaints };
}

test('with the keyboard alone: a wrong password is said aloud, the right one leads into the app', async () => {
  const { page, complaints } = await open();
  await cursorIn(page, 'username');
  await page.keyboard.type('ana');
  await page.keyboard.press('Tab');
  await page.keyboard.type('wrong password');
  await page.keyboard.press('Enter');
  const alert = page.getByRole('alert');
  await alert.waitFor();
  expect(await alert.textContent()).toContain('The name or the password is wrong.');
  expect(await page.getByLabel('User name').inputValue()).toBe('ana');
  // The password is what has to be typed again, so that is where the cursor is.
  await cursorIn(page, 'password');
  await page.keyboard.type('correct horse battery');
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await page.waitForURL(/\/signed-in/);
  const [arrival = ''] = arrivals.filter((url) => url.startsWith('/signed-in'));
  const query = new URL(arrival, 'http://127.0.0.1').searchParams;
  expect([query.get('state'), query.get('iss')]).toEqual([app.state, deployment.issuer]);
  expect((await app.exchange(query.get('code') ?? '')).status).toBe(200);
  // The 401 is told to the console; nothing of the style or the form was blocked.
  expect(complaints.filter((text) => !text.includes('401'))).toEqual([]);
  expect(await page.context().cookies(deployment.issuer)).toEqual([]);
  await page.context().close();
});

test('into an app with a scheme of its own, which the policy of the page must not block', async () => {
  const { page, complaints } = await open({}, { redirect_uri: 'com.example.orders:/signed-in' });
  const left = page.waitForEvent('requestfailed', (request) => request.isNavigationRequest());
  await page.getByLabel('User name').fill('ana');
  await page.getByLabel('Password').fill('correct horse battery');
  await page.getByRole('button', { name: 'Sign in' }).click();
  // No such app is installed here; that the browser tried is what counts.
  expect((await left).failure()?.errorText).toMatch(/ERR_ABORTED|ERR_UNKNOWN_URL_SCHEME/);
  expect(complaints.join()).not.toMatch(/Content Security Policy|form-action/);
  await page.context().close();
});

test.each(['light', 'dark'] as const)('in %s mode every text has the contrast it needs, on a small phone too', async (colorScheme) => {
  const { page } = await open({ colorScheme, viewport: { width: 320, height: 568 } });
  await page.getByLabel('Password').fill('wrong password');
  await page.getByLabel('User name').fill('ana of a name that is rather long for such a small screen');
  await page.keyboard.press('Enter');
  await page.getByRole('alert').waitFor();
  expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(320);
  const weak = await page.evaluate(findWeakContrast);
  expect(weak).toEqual([]);
  const ground = await page.evaluate('getComputedStyle(document.body).backgroundColor');
  expect(ground).toBe(colorScheme === 'dark' ? 'rgb(13, 17, 23)' : 'rgb(243, 244, 246)');
  await page.context().close();
});

/** Waits until the keys go to a field: the browser moves its cursor into the page some time after the page has loaded. */
const cursorIn = (page: Page, name: string) => page.locator(`input[name="${name}"]:focus`).waitFor();

/** Runs in the page: texts with less than 4.5:1 against their ground (WCAG 2.2 §1.4.3). */
const findWeakContrast = `(() => {
  const parse = (color) => color.match(/[\\d.]+/g).map(Number);
  const luminance = (color) => {
    const [r, g, b] = parse(color).map((part) => (part / 255 <= 0.04045 ? part / 255 / 12.92 : ((part / 255 + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const groundOf = (element) => {
    for (let at = element; at !== null; at = at.parentElement) {
      const { backgroundColor } = getComputedStyle(at);
      if (parse(backgroundColor)[3] !== 0) return backgroundColor;
    }
    return 'rgb(255, 255, 255)';
  };
  return [...document.querySelectorAll('h1, p, label, input, button, span')].flatMap((element) => {
    const [one, two] = [luminance(getComputedStyle(element).color), luminance(groundOf(element))].sort((a, b) => b - a);
    const ratio = (one + 0.05) / (two + 0.05);
    return ratio < 4.5 ? [element.tagName + ' ' + ratio.toFixed(2)] : [];
  });
})()`;
