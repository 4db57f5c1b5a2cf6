import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Deployment, deploy } from './testing/deployment.ts';

let deployment: Deployment;
beforeEach(async () => {
  deployment = await deploy();
});
afterEach(() => deployment.close());

const files = () => readdirSync(deployment.folder).map((name) => ({ name, content: readFileSync(join(deployment.folder, name)) }));

/** A secret, as it is, as its parts, and in the spellings it could hide in. */
function spellings(secret: string): Buffer[] {
  const parts = secret.split('.').filter((part) => part.length >= 16);
  return [secret, ...parts].flatMap((text) => [
    Buffer.from(text),
    Buffer.from(Buffer.from(text).toString('base64').replace(/=+$/, '').slice(0, -1)),
    Buffer.from(Buffer.from(text).toString('hex')),
    Buffer.from(text, 'utf16le'),
  ]);
}

test('of all that crossed the wire, no secret is in the database, its log or any line of ours', async () => {
  const app = deployment.app();
  const page = await app.beginPushed({ nonce: 'the-nonce-of-the-app-0123456789' });
  await app.submit(page, 'ana', 'a wrong password');
  const tokens = app.tokens(await app.exchange(app.code(await app.submit(page, 'ana', 'correct horse battery'))));
  const next = app.tokens(await app.refresh(tokens.refresh_token));
  // Left as they are in mid-flight: a code not exchanged, a sign-in not finished, an answer that could be asked for again.
  await app.obtainCode();
  await app.begin();
  app.tokens(await app.refresh(tokens.refresh_token));
  const proof = await app.device.prove(`${deployment.issuer}/token`, app.nonce);
  await app.postOnce('/token', app.refreshForm(next.refresh_token), proof);
  const jti = JSON.parse(Buffer.from(proof.split('.')[1] ?? '', 'base64url').toString()).jti as string;

  const secrets = [...app.secrets, proof, jti, 'the-nonce-of-the-app-0123456789'];
  expect(secrets.length).toBeGreaterThan(20);
  const kept = [...files(), { name: 'log', content: Buffer.from(JSON.stringify(deployment.lines)) }];
  expect(kept.map(({ name }) => name)).toEqual(expect.arrayContaining(['auth.sqlite', 'auth.sqlite-wal', 'log']));
  for (const secret of secrets) {
    for (const spelling of spellings(secret)) {
      for (const { name, content } of kept) expect(content.includes(spelling), `${name} holds ${secret.slice(0, 6)}…`).toBe(false);
    }
  }
  // The search does find what is there: the digest of a token, and a name in clear.
  const database = Buffer.concat(files().map(({ content }) => content));
  expect(database.includes(createHash('sha256').update(next.refresh_token).digest())).toBe(true);
  expect(database.includes('$argon2id$')).toBe(true);
});

test('files of the database are for their owner alone', () => {
  for (const { name } of files()) expect(statSync(join(deployment.folder, name)).mode & 0o077, name).toBe(0);
});

test('every request has exactly one line, with what happened and without the id of a sign-in', async () => {
  const app = deployment.app();
  const answers = [
    await app.browser.send('GET', '/nothing?secret=in-the-query'),
    await app.browser.send('DELETE', '/token'),
    await app.postOnce('/token', app.exchangeForm('x')),
    await app.browser.send('GET', '/.well-known/openid-configuration'),
  ];
  const page = await app.begin();
  app.code(await app.submit(page, 'ana', 'correct horse battery'));
  await app.close();
  await deployment.restart();
  const byCode = new Map(deployment.lines.map((line) => [line.supportCode, line]));
  expect(byCode.size).toBe(deployment.lines.length);
  // Four plain ones; authorize, page, form and the way back.
  expect(deployment.lines).toHaveLength(8);
  for (const line of deployment.lines) {
    expect(line).toMatchObject({ event: 'access', supportCode: expect.stringMatching(/^[\w-]{16}$/), address: '127.0.0.1', http: '1.1' });
    expect(line.path).not.toMatch(/\?|[\w-]{43}/);
  }
  const of = (index: number) => byCode.get(answers[index]?.headers['x-correlation-id']);
  expect(of(0)).toMatchObject({ path: '/nothing', status: 404, reason: 'route-unlisted', outcome: 'refused' });
  expect(of(1)).toMatchObject({ path: '/token', status: 405, reason: 'method-unlisted' });
  expect(of(2)).toMatchObject({ path: '/token', status: 400, error: 'invalid_grant', client: 'orders-app' });
  expect(of(3)).toMatchObject({ status: 200, outcome: 'answered' });
  const [ana] = await deployment.options.users.listUsers();
  expect(deployment.lines.find(({ outcome }) => outcome === 'signed-in')).toMatchObject({
    subject: ana?.id,
    path: '/sign-in/:uid',
    status: 303,
  });
});
