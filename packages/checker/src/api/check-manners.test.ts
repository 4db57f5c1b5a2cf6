import { randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { expect, it } from 'vitest';
import { checkApi } from './check-api.ts';
import type { CheckApiOptions } from './options.ts';
import { listen } from './testing/index.ts';
import { unsignedToken } from './tokens/forge-token.ts';

/** How APIs really meet callers: with optional credentials, with 404, with 200 and an error, with sessions in cookies, with 500. */

const jwt = (sub: string) => `${unsignedToken({ alg: 'HS256', typ: 'JWT' }, { sub })}${randomBytes(32).toString('base64url')}`;
const [ann, bob] = [{ accessToken: jwt('user-ann') }, { accessToken: jwt('user-bob') }];

/** Who asks, by a token that is compared as a whole; `undefined` for nobody and for every forgery. */
function caller({ headers }: IncomingMessage, field: 'authorization' | 'cookie' = 'authorization'): string | undefined {
  const given = headers[field] ?? '';
  return given.endsWith(ann.accessToken) ? 'user-ann' : given.endsWith(bob.accessToken) ? 'user-bob' : undefined;
}

async function check(
  answer: (request: IncomingMessage, response: ServerResponse) => unknown,
  only: string[],
  options: Partial<CheckApiOptions> & { readonly path?: string } = {},
): Promise<Record<string, unknown[]>> {
  const { port, close } = await listen(createServer((request, response) => void answer(request, response)));
  try {
    const outcome = await checkApi(
      { url: `http://127.0.0.1:${port}${options.path ?? '/orders'}`, user: ann, only, timeout: 1000, ...options },
      {},
    );
    if (outcome.kind !== 'checked') throw new Error(outcome.message);
    return Object.fromEntries(
      outcome.results.map(({ audit, state, why, findings: [first] }) => [
        audit.id,
        [state, ...(first === undefined ? [why] : [first.severity, first.confidence, first.message])].filter((part) => part !== undefined),
      ]),
    );
  } finally {
    await close();
  }
}
const json = (response: ServerResponse, status: number, body: unknown) => response.writeHead(status).end(JSON.stringify(body));
const FORGERIES = ['authentication-required', 'malformed-token', 'alg-none', 'foreign-issuer', 'kid-injection'];
const refused = Object.fromEntries(FORGERIES.map((id) => [id, ['pass']]));

it.each([
  ['401', (response: ServerResponse) => json(response, 401, { error: 'sign in' })],
  ['404', (response: ServerResponse) => json(response, 404, { error: 'no such thing' })],
  ['a redirect to a sign-in page', (response: ServerResponse) => response.writeHead(302, { location: '/sign-in' }).end()],
  ['200 and an error in the body', (response: ServerResponse) => json(response, 200, { error: 'missing token' })],
  [
    '200 and a page of HTML',
    (response: ServerResponse) => response.writeHead(200, { 'content-type': 'text/html' }).end('<!doctype html><title>Sign in</title>'),
  ],
])('sees that a token is asked for where nobody gets %s', async (manner, refuse) => {
  const found = await check(
    (request, response) => (caller(request) === undefined ? refuse(response) : json(response, 200, { items: [{ id: 'x' }] })),
    FORGERIES,
  );
  if (!manner.includes('HTML')) expect(found).toEqual(refused);
  else
    expect(found).toEqual({
      ...refused,
      'authentication-required': ['warn', 'critical', 'low', expect.stringMatching(/is it meant to be public/)],
    });
});

it('calls nothing accepted where credentials are optional, and says what would help', async () => {
  const found = await check(
    (request, response) => json(response, 200, { hello: caller(request) ?? 'nobody' }),
    [...FORGERIES, 'cache-control'],
  );
  for (const id of FORGERIES.slice(1))
    expect(found[id]).toEqual(['inconclusive', expect.stringMatching(/alike \(200\); name a route that needs a token/)]);
  expect(found['authentication-required']?.slice(0, 3)).toEqual(['fail', 'medium', 'medium']);
  // It is the user's own answer all the same.
  expect(found['cache-control']?.[0]).toBe('fail');
});

it('takes nothing for user data that everybody gets, and still looks for secrets in it', async () => {
  const found = await check(
    (_, response) => json(response, 200, { items: [{ id: 1, passwordHash: 'abc' }] }),
    ['cache-control', 'sensitive-fields'],
  );
  expect(found['cache-control']).toEqual(['inconclusive', expect.stringMatching(/does not give everybody/)]);
  expect(found['sensitive-fields']?.slice(0, 2)).toEqual(['fail', 'high']);
});

it("knows a hole by the user's own data in an answer to nobody", async () => {
  const found = await check((_, response) => json(response, 200, { items: [{ id: 1, ownerId: 'user-ann' }] }), ['authentication-required']);
  expect(found['authentication-required']).toEqual([
    'fail',
    'critical',
    'high',
    "Without a token it answers with the test user's own data.",
  ]);
});

it('takes a server that fails at every bad token for one that refuses badly', async () => {
  const found = await check(
    (request, response) => {
      if (request.headers.authorization === undefined) json(response, 401, {});
      else if (caller(request) === undefined) json(response, 500, { message: 'jwt malformed' });
      else json(response, 200, { items: [] });
    },
    ['malformed-token', 'alg-none'],
  );
  expect(found['malformed-token']).toEqual(['warn', 'low', 'high', expect.stringMatching(/makes the server fail instead of refuse/)]);
  expect(found['alg-none']).toEqual(['pass', '8 of 8 tokens made the server fail (5xx) where 401 is meant.']);
});

it('follows a session in a cookie from its use to its end', async () => {
  const ended = new Set<string>();
  const cookie = { carrier: { kind: 'cookie', name: 'sid' }, secondUser: bob, logout: { method: 'POST', path: '/logout' } } as const;
  const serve = (really: boolean) => (request: IncomingMessage, response: ServerResponse) => {
    const user = caller(request, 'cookie');
    if (user === undefined || ended.has(user)) return json(response, 401, {});
    if (request.url !== '/logout') return json(response, 200, { name: user });
    if (really) ended.add(user);
    return json(response, 200, {});
  };
  expect(await check(serve(true), ['malformed-token', 'logout'], cookie)).toEqual({ 'malformed-token': ['pass'], logout: ['pass'] });
  ended.clear();
  expect((await check(serve(false), ['logout'], cookie)).logout).toEqual([
    'fail',
    'high',
    'high',
    'After signing out the access token still works.',
  ]);
});

it('tries the address itself as the second user when the answer names the first', async () => {
  const baskets = (shared: boolean) => (request: IncomingMessage, response: ServerResponse) =>
    caller(request) === undefined
      ? json(response, 401, {})
      : json(response, 200, { id: 6, total: 3, ...(!shared && { UserId: 'user-ann' }) });
  const options = { path: '/basket/6', secondUser: bob };
  expect((await check(baskets(false), ['object-access'], options))['object-access']?.slice(0, 2)).toEqual(['fail', 'critical']);
  // A catalogue that needs a token is the same for all, and nobody's.
  expect((await check(baskets(true), ['object-access'], options))['object-access']?.[0]).toBe('inconclusive');
});

it('goes on with the other routes when some keep still', async () => {
  const paths = Object.fromEntries(['/slow', '/orders', '/me'].map((path) => [path, { get: { security: [{ token: [] }] } }]));
  const found = await check(
    (request, response) => {
      if (request.url === '/slow') return undefined;
      return caller(request) === undefined ? json(response, 401, {}) : json(response, 200, { items: [] });
    },
    ['authentication-required', 'malformed-token'],
    { openapi: JSON.stringify({ openapi: '3.1.0', paths }), path: '/', timeout: 150 },
  );
  expect(found).toEqual({ 'authentication-required': ['pass'], 'malformed-token': ['pass'] });
});
