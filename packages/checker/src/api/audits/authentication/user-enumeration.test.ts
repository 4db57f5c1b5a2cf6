import { randomUUID } from 'node:crypto';
import { createServer, type ServerResponse } from 'node:http';
import { expect, it } from 'vitest';
import { checkApi } from '../../check-api.ts';
import { listen } from '../../testing/index.ts';

/** Runs the audit against a sign-in that answers as given. */
async function audit(respond: (known: boolean, response: ServerResponse, user: string) => void) {
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk) => {
      body += chunk;
    });
    request.on('end', () => {
      const { username } = JSON.parse(body);
      respond(username === 'ann@shop.example', response, username);
    });
  });
  const { port, close } = await listen(server);
  const url = `http://127.0.0.1:${port}/sign-in`;
  try {
    const outcome = await checkApi({ url, signIn: { url, user: 'ann@shop.example' }, active: true, only: ['user-enumeration'] }, {});
    if (outcome.kind !== 'checked') throw new Error(outcome.message);
    const [result] = outcome.results;
    return [result?.state, result?.findings[0]?.message ?? result?.why];
  } finally {
    await close();
  }
}

it('forgives what differs every time: ids, dates, and the name that was sent', async () => {
  expect(
    await audit((_, response, user) =>
      response.writeHead(401).end(JSON.stringify({ title: `${user} cannot sign in`, supportCode: randomUUID(), time: new Date() })),
    ),
  ).toEqual(['pass', undefined]);
});

it('sees another status', async () => {
  expect(await audit((known, response) => response.writeHead(known ? 401 : 404).end())).toEqual([
    'fail',
    'Known and unknown users get different statuses.',
  ]);
});

it('sees another text', async () => {
  expect(await audit((known, response) => response.writeHead(401).end(known ? 'wrong password' : 'no such user'))).toEqual([
    'fail',
    'Known and unknown users get different texts.',
  ]);
});

it('sees that a password is hashed for known users only', async () => {
  // What a hash costs.
  expect(await audit((known, response) => setTimeout(() => response.writeHead(401).end(), known ? 250 : 0))).toEqual([
    'warn',
    'Known and unknown users are answered at different speed.',
  ]);
});

it('says nothing once the limit is reached', async () => {
  expect(await audit((_, response) => response.writeHead(429, { 'retry-after': '900' }).end())).toEqual([
    'inconclusive',
    expect.stringContaining('limit'),
  ]);
});
