import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { answerBenchmark } from './candidate.ts';

const BODY = Buffer.alloc(1024, 'x');

// 1 KiB, like a small JSON answer.
answerBenchmark(() => {
  const server = createServer((_, response) =>
    response.writeHead(200, { 'content-type': 'text/plain', 'content-length': BODY.length }).end(BODY),
  );
  return new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port)));
});
