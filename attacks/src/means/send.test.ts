import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { createTestCertificate } from '@sallyport/pipeline/testing';
import { expect, test } from 'vitest';
import { reasonOf, send } from './send.ts';

test('comes from the address it is told to come from', async () => {
  const { certificate, key, authority } = createTestCertificate();
  const server = createServer({ cert: certificate, key }, (request, response) => response.end(request.socket.remoteAddress));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const message = { url: `https://localhost:${(server.address() as AddressInfo).port}/`, certificateAuthority: authority };
  expect((await send({ ...message, from: '127.0.0.66' })).body).toBe('127.0.0.66');
  expect((await send(message)).body).toBe('127.0.0.1');
  server.close();
});

test.each([
  [401, '{"reason":"token-expired"}', 'token-expired'],
  [400, '{"error":"invalid_grant"}', 'invalid_grant'],
  [404, '{"reason":"made-up"}', '404'],
  [502, '<html>', '502'],
])('the reason of %i %s is %s', (status, body, reason) => {
  expect(reasonOf(status, body)).toBe(reason);
});
