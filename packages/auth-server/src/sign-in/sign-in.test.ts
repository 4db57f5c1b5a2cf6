import { authMigrations, createUserStore, openDatabase, StoreUnavailableError } from '@sallyport/storage';
import { parse } from 'node-html-parser';
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import type { Answer } from '../testing/browser.ts';
import { type Deployment, deploy } from '../testing/deployment.ts';

const PASSWORD = 'correct horse battery';
let deployment: Deployment;
let now = 0;
beforeAll(async () => {
  deployment = await deploy({ monotonic: () => now });
});
afterEach(() => {
  // A fresh quota for the next test.
  now += 900_000;
});
afterAll(() => deployment.close());

const alertOf = ({ text }: Answer) => parse(text).querySelector('[role=alert]')?.text.replace(/\s+/g, ' ').trim();
const field = ({ text }: Answer, name: string) => parse(text).querySelector(`input[name=${name}]`);
const line = async (code: unknown) =>
  vi.waitFor(() => {
    const found = deployment.lines.find(({ supportCode }) => supportCode === code);
    if (found === undefined) throw new Error('not logged yet');
    return found;
  });

test('the page says who asks, is labelled for machines and people, and escapes what it is told', async () => {
  const page = await deployment.app().begin();
  const document = parse(page.text);
  expect(document.querySelector('html')?.getAttribute('lang')).toBe('en');
  expect(page.text).toContain('to continue to Orders &amp; &lt;Co&gt;');
  for (const [name, complete] of [
    ['username', 'username'],
    ['password', 'current-password'],
  ]) {
    expect(field(page, name as string)?.getAttribute('autocomplete')).toBe(complete);
    expect(document.querySelector(`label[for=${field(page, name as string)?.id}]`)?.text).toBeTruthy();
  }
  expect(document.querySelectorAll('script, [style], [onclick], a')).toHaveLength(0);
});

test('the page is guarded by its header fields', async () => {
  const { headers } = await deployment.app().begin();
  expect(headers['content-security-policy']).toMatch(
    /^default-src 'none'; style-src 'sha256-[\w+/=]{44}'; form-action 'self' com\.example\.orders:; base-uri 'none'; frame-ancestors 'none'$/,
  );
  expect(headers).toMatchObject({
    'cache-control': 'no-store',
    'referrer-policy': 'no-referrer',
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'DENY',
    'strict-transport-security': 'max-age=63072000',
  });
});

test('cookies are for this host, this path, this site and no script; no session is left behind', async () => {
  const app = deployment.app();
  const redirect = await app.browser.send('GET', `/authorize?${new URLSearchParams(app.authorizationParameters())}`);
  const cookies = [redirect.headers['set-cookie'] ?? []].flat();
  expect(cookies).toHaveLength(4);
  for (const cookie of cookies) {
    expect(cookie).toMatch(/^__Secure-sallyport-(sign-in|resume)(\.sig)?=/);
    expect(cookie).toMatch(/; path=\/(sign-in|authorize)\/[\w-]{43};.*secure; httponly/i);
    expect(cookie).toMatch(/samesite=lax/i);
    expect(cookie).not.toMatch(/domain/i);
  }
  app.code(await app.submit(await app.browser.open(String(redirect.headers.location)), 'ana', PASSWORD));
  expect(app.browser.cookieNames.filter((name) => name.includes('session'))).toEqual([]);
});

test('every sign-in asks for the password, and another user may follow in the same browser', async () => {
  await deployment.options.users.addUser('bob', PASSWORD);
  const app = deployment.app();
  await app.obtainCode('ana', PASSWORD);
  const page = await app.begin();
  expect(page.status).toBe(200);
  const tokens = app.tokens(await app.exchange(app.code(await app.submit(page, 'bob', PASSWORD))));
  const bob = (await deployment.options.users.listUsers()).find(({ name }) => name === 'bob');
  expect(JSON.parse(Buffer.from(tokens.access_token.split('.')[1] ?? '', 'base64url').toString()).sub).toBe(bob?.id);
});

test('a wrong password, an unknown user and a locked one get the same sentence, and the name is kept', async () => {
  await deployment.options.users.addUser('carl', PASSWORD);
  await deployment.options.users.setLocked('carl', true);
  const app = deployment.app();
  const page = await app.begin();
  for (const [name, password] of [
    ['ana', 'wrong password'],
    ['<b>"nobody', PASSWORD],
    ['carl', PASSWORD],
  ] as const) {
    const answer = await app.submit(page, name, password);
    expect(answer.status).toBe(401);
    const code = answer.headers['x-correlation-id'];
    expect(alertOf(answer)).toBe(`The name or the password is wrong. Support code ${code}`);
    expect(parse(answer.text).querySelector('title')?.text).toMatch(/^Error: /);
    expect(answer.text).not.toContain('<b>');
    expect(field(answer, 'password')?.getAttribute('value')).toBeUndefined();
    expect(await line(code)).toMatchObject({ reason: 'sign-in-failed', status: 401, client: 'orders-app', path: '/sign-in/:uid' });
  }
  // And the same page still signs in.
  app.code(await app.submit(page, 'ana', PASSWORD));
});

test('after five failures a user has to wait, with the right password too; others need not', async () => {
  const [victim, bystander] = [deployment.app(), deployment.app()];
  const page = await victim.begin();
  for (let guess = 0; guess < 5; guess++) expect((await victim.submit(page, 'ANA', `guess ${guess}`)).status).toBe(401);
  const limited = await victim.submit(page, 'ana', PASSWORD);
  expect([limited.status, limited.headers['retry-after']]).toEqual([429, '180']);
  expect(alertOf(limited)).toContain('Too many attempts. Try again in 3 minutes.');
  const other = await bystander.submit(await bystander.begin(), 'nobody', 'guess');
  expect(other.status).toBe(401);
  now += 180_000;
  victim.code(await victim.submit(page, 'ana', PASSWORD));
});

test('of forty guesses at once no more than five are tried', async () => {
  const app = deployment.app();
  const page = await app.begin();
  const answers = await Promise.all(Array.from({ length: 40 }, (_, guess) => app.submit(page, 'ana', `guess ${guess}`)));
  expect(answers.filter(({ status }) => status === 401)).toHaveLength(5);
  expect(answers.filter(({ status }) => status === 429)).toHaveLength(35);
});

test('one address that tries many names has to wait; another address need not', async () => {
  const app = deployment.app({ from: '127.0.0.9' });
  const page = await app.begin();
  const tries = [];
  for (let batch = 0; batch < 5; batch++) {
    tries.push(...(await Promise.all(Array.from({ length: 11 }, (_, name) => app.submit(page, `user ${batch} ${name}`, PASSWORD)))));
  }
  expect(tries.filter(({ status }) => status === 429)).toHaveLength(5);
  const other = deployment.app({ from: '127.0.0.10' });
  other.code(await other.submit(await other.begin(), 'ana', PASSWORD));
});

test('signing in often is no failure', async () => {
  const app = deployment.app();
  for (let time = 0; time < 7; time++) await app.obtainCode('ana', PASSWORD);
});

test('a page opened without its cookie, in another browser, twice or never begun has expired', async () => {
  const app = deployment.app();
  const page = await app.begin();
  const path = new URL(page.url).pathname;
  const elsewhere = deployment.app();
  for (const answer of [
    await elsewhere.browser.send('GET', path),
    await elsewhere.submit(page, 'ana', PASSWORD),
    await app.browser.send('GET', `/sign-in/${'x'.repeat(43)}`),
  ]) {
    expect(answer.status).toBe(400);
    expect(alertOf(answer)).toContain('This sign-in has expired. Go back to the app and start again.');
  }
  app.code(await app.submit(page, 'ana', PASSWORD));
  expect((await app.browser.send('GET', path)).status).toBe(400);
});

test('the cookie of one sign-in does not open another, and a changed one opens none', async () => {
  const app = deployment.app();
  const [one, two] = [await app.begin(), await deployment.app().begin()];
  const raw = deployment.app().browser;
  const uid = new URL(one.url).pathname.split('/').at(-1);
  const cookie = `__Secure-sallyport-sign-in=${uid}`;
  expect((await raw.send('GET', new URL(one.url).pathname, { cookie })).status).toBe(400);
  expect(
    (await raw.send('GET', new URL(two.url).pathname, { cookie: `${cookie}; __Secure-sallyport-sign-in.sig=${'A'.repeat(27)}` })).status,
  ).toBe(400);
});

test('a form sent by another site is refused', async () => {
  const app = deployment.app();
  const page = await app.begin();
  for (const site of ['cross-site', 'same-site', 'none']) {
    const answer = await app.browser.submit(page.url, { username: 'ana', password: PASSWORD }, { 'sec-fetch-site': site });
    expect(answer.status).toBe(400);
  }
  expect(
    (await app.browser.submit(page.url, { username: 'ana', password: PASSWORD }, { 'sec-fetch-site': 'same-origin' })).headers.location,
  ).toBeTruthy();
});

test.each<[string, number, string, Record<string, string>]>([
  ['another type', 400, '{"username":"ana"}', { 'content-type': 'application/json' }],
  ['another charset', 400, 'username=ana&password=p', { 'content-type': 'application/x-www-form-urlencoded; charset=utf-16' }],
  ['a field twice', 400, 'username=ana&password=p&password=q', {}],
  ['bytes that are no UTF-8', 400, 'username=%ff&password=p', {}],
  ['nothing', 400, '', {}],
  ['too much', 413, `username=ana&password=${'p'.repeat(20_000)}`, {}],
])('a form with %s is refused with %i', async (_what, status, body, headers) => {
  const app = deployment.app();
  const page = await app.begin();
  const answer = await app.browser.send(
    'POST',
    new URL(page.url).pathname,
    { 'content-type': 'application/x-www-form-urlencoded', ...headers },
    body,
  );
  expect(answer.status).toBe(status);
  expect(answer.text).not.toMatch(/at .*\.ts|Error:/);
});

test('a user store that fails is said so, coarsely, and the try is not counted', async () => {
  const broken = await deploy({
    signInLimits: { user: { limit: 1, window: 900_000 }, address: { limit: 1, window: 900_000 } },
    users: (() => {
      const users = createUserStore(openDatabase(':memory:', authMigrations));
      let failures = 2;
      const verifyPassword: typeof users.verifyPassword = async (name, password) => {
        if (failures-- > 0) throw new StoreUnavailableError('disk full');
        return users.verifyPassword(name, password);
      };
      return { ...users, verifyPassword };
    })(),
  });
  const app = broken.app();
  const page = await app.begin();
  for (let time = 0; time < 2; time++) {
    const answer = await app.submit(page, 'ana', PASSWORD);
    expect([answer.status, alertOf(answer)?.startsWith('Try again in a moment.')]).toEqual([503, true]);
    expect(answer.text).not.toContain('disk');
  }
  app.code(await app.submit(page, 'ana', PASSWORD));
  await broken.close();
});
