import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { createTestCertificate } from '@sallyport/pipeline/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { httpsFetchText } from './https-fetch-text.ts';

const certificate = createTestCertificate();
let answer: (request: IncomingMessage, response: ServerResponse) => void;
const server = createServer({ cert: certificate.certificate, key: certificate.key }, (request, response) => answer(request, response));
let url: string;
beforeAll(async () => {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  url = `https://127.0.0.1:${(server.address() as AddressInfo).port}/jwks`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

const fetchText = httpsFetchText(certificate.authority);

test('fetches over TLS from whom the authority vouches for, and from nobody else', async () => {
  answer = (_, response) => response.end('{"keys":[]} é');
  expect(await fetchText(url, 100, 5000)).toBe('{"keys":[]} é');
  await expect(httpsFetchText()(url, 100, 5000)).rejects.toThrow(/certificate/);
  await expect(httpsFetchText(createTestCertificate().authority)(url, 100, 5000)).rejects.toThrow(/certificate/);
});

test.each<[string, typeof answer, RegExp]>([
  ['a redirect', (_, response) => response.writeHead(302, { Location: 'https://evil.example/' }).end(), /status 302/],
  ['an error', (_, response) => response.writeHead(500).end(), /status 500/],
  ['more than asked for', (_, response) => response.end('x'.repeat(101)), /more than 100 bytes/],
  ['half an answer', (_, response) => response.writeHead(200, { 'Content-Length': '50' }).write('x', () => response.destroy()), /aborted/],
  ['an answer that drips without end', (_, response) => drip(response), /no answer within 300 ms/],
])('%s is a failure', async (_, how, message) => {
  answer = how;
  await expect(fetchText(url, 100, 300)).rejects.toThrow(message);
});

function drip(response: ServerResponse): void {
  const timer = setInterval(() => response.write('x'), 20);
  response.on('close', () => clearInterval(timer));
}
