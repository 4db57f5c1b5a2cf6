import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, expect, test } from 'vitest';
import { type Deployment, deploy } from './testing/deployment.ts';

let deployment: Deployment;
let child: ChildProcess | undefined;
afterEach(async () => {
  child?.kill('SIGKILL');
  await deployment.close();
});

async function serve(killed: boolean): Promise<ChildProcess> {
  const { users: _users, tokens: _tokens, rateLimiter: _limiter, log: _log, ...options } = deployment.options;
  const settings = JSON.stringify({ ...options, database: join(deployment.folder, 'auth.sqlite'), killed });
  const script = fileURLToPath(new URL('./testing/killed-server.ts', import.meta.url));
  const started = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', script, settings], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  child = started;
  await once(started.stdout, 'data');
  return started;
}

test('killed between commit and answer, the server recovers the answer for the app that asks again', async () => {
  deployment = await deploy();
  const app = deployment.app();
  const first = await app.signIn();
  await deployment.stop();

  const dying = await serve(true);
  await app.browser.reconnect();
  const gone = once(dying, 'exit');
  // The nonce is of the process before; the second attempt is the one that rotates, and is never answered.
  await expect(app.refresh(first.refresh_token)).rejects.toThrow();
  expect((await gone)[1]).toBe('SIGKILL');

  await serve(false);
  await app.browser.reconnect();
  const second = app.tokens(await app.refresh(first.refresh_token));
  const third = app.tokens(await app.refresh(second.refresh_token));
  expect(new Set([first, second, third].map(({ refresh_token: token }) => token)).size).toBe(3);
  // It was one rotation: had the retry made another, the first successor would be lying about unused.
  expect((await app.refresh(first.refresh_token)).status).toBe(400);
});
