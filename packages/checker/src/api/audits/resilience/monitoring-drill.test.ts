import { createServer, type Server } from 'node:http';
import { afterEach, expect, it } from 'vitest';
import { checkApi } from '../../check-api.ts';
import type { CheckApiOptions } from '../../options.ts';
import { listen } from '../../testing/index.ts';

const running: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const server of running.splice(0)) await server.close();
});
async function start(server: Server) {
  const { port, close } = await listen(server);
  running.push({ close });
  return port;
}

/** A sign-in that refuses everybody, and a token endpoint that knows one refresh token. @param limited so many sign-ins get 429 first. */
async function drill(change: Partial<CheckApiOptions> | ((url: string) => Partial<CheckApiOptions>), limited = 0) {
  const asked: string[] = [];
  const port = await start(
    createServer((request, response) => {
      asked.push(request.url ?? '');
      if (request.url === '/token') response.end(JSON.stringify({ access_token: 'a', refresh_token: `r${asked.length}` }));
      else if (asked.length <= limited) response.writeHead(429, { 'retry-after': '5' }).end();
      else response.writeHead(401).end('{}');
    }),
  );
  const url = `http://127.0.0.1:${port}`;
  const outcome = await checkApi(
    {
      url: `${url}/orders`,
      only: ['monitoring-drill'],
      signIn: { url: `${url}/sign-in`, user: 'ann' },
      ...(typeof change === 'function' ? change(url) : change),
    },
    { now: () => Date.parse('2026-06-01T12:00:00Z'), wait: async () => undefined },
  );
  if (outcome.kind !== 'checked') throw new Error(outcome.message);
  return { url, asked, result: outcome.results[0] };
}

it('sends nothing without --active, and says how to do it by hand', async () => {
  const { asked, result } = await drill({});
  expect(asked).toEqual([]);
  expect(result).toMatchObject({ state: 'manual', why: expect.stringMatching(/--active only, with --alerts HOST:PORT.*By hand:/) });
});

it('says what was done, when, to whom and where, when only a person can see the alert', async () => {
  const { url, asked, result } = await drill({ active: true });
  expect(asked.filter((path) => path === '/sign-in')).toHaveLength(10);
  expect(result?.state).toBe('manual');
  for (const part of ['2026-06-01T12:00:00Z', '10 wrong passwords', '“ann”', `${url}/sign-in`]) expect(result?.why).toContain(part);
});

it('uses an old refresh token after its successor was used, when a session is given', async () => {
  const { asked, result } = await drill((url) => ({
    active: true,
    signIn: undefined,
    user: { accessToken: 'a', refreshToken: 'r0' },
    oauth: { clientId: 'app', tokenEndpoint: `${url}/token` },
  }));
  expect([asked.filter((path) => path === '/token').length, result?.why]).toEqual([3, expect.stringContaining('an old refresh token')]);
});

it('fails when nothing arrives in time, and opens no port that is taken', async () => {
  const alerts = { host: '127.0.0.1', port: 0, wait: 0, quiet: 0 };
  const { result } = await drill({ active: true, alerts });
  expect(result).toMatchObject({
    state: 'fail',
    findings: [
      {
        message: expect.stringMatching(/No alert arrived at http:\/\/127\.0\.0\.1:\d+\/ within 0 s\.$/),
        evidence: 'nothing was posted',
      },
    ],
  });
  const port = await start(createServer());
  await expect(drill({ active: true, alerts: { ...alerts, port } })).rejects.toThrow(/Nothing can listen for alerts there: .*EADDRINUSE/);
});

it('waits for a general limit to pass, and calls no drill failed of which nothing got through', async () => {
  const options = { active: true, alerts: { host: '127.0.0.1', port: 0, wait: 0, quiet: 0 } };
  const { asked, result } = await drill(options, 1);
  expect([asked.length, result?.state]).toEqual([11, 'fail']);
  expect((await drill(options, 1000)).result).toMatchObject({ state: 'inconclusive', why: expect.stringContaining('answered with 429') });
});
