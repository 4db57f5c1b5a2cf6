import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { Pool } from 'undici';
import { answerBenchmark } from './candidate.ts';

// The obvious proxy with nothing but node:https and undici: no check of any kind. What the gateway costs above it is the
// price of its guards.
answerBenchmark(({ certificate, key, upstream }) => {
  const pool = new Pool(upstream, { connections: 256, pipelining: 1 });
  const server = createServer({ cert: certificate, key }, (request: IncomingMessage, response: ServerResponse) => {
    pool.dispatch(
      { method: request.method as 'GET', path: request.url ?? '/', headers: { accept: request.headers.accept ?? '*/*' } },
      {
        onRequestStart() {},
        onResponseStart: (_, status, headers) => void response.writeHead(status, headers as Record<string, string>),
        onResponseData: (_, chunk) => void response.write(chunk),
        onResponseEnd: () => void response.end(),
        onResponseError: (_, error) => void response.destroy(error),
      },
    );
  });
  return new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port)));
});
