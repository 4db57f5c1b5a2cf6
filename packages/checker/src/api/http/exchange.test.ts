import { createServer, type RequestListener } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { createServer as createRawServer, type Server } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterEach, describe, expect, it } from 'vitest';
import { createCertificate, listen } from '../testing/index.ts';
import { createExchange } from './exchange.ts';
import { MAX_BODY } from './read-body.ts';

const running: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const server of running.splice(0)) await server.close();
});

async function start(server: Server, host?: string): Promise<number> {
  const { port, close } = await listen(server, host);
  running.push({ close });
  return port;
}
const plain = async (listener: RequestListener) => `http://127.0.0.1:${await start(createServer(listener))}/`;
const raw = async (bytes: string) => `http://127.0.0.1:${await start(createRawServer((socket) => socket.end(bytes)))}/`;

const exchange = createExchange({ ca: undefined, trusts: () => true, now: () => performance.now() });

describe('createExchange', () => {
  it('sends method, fields and body, and reads the answer', async () => {
    const url = await plain((request, response) => {
      let body = '';
      request.on('data', (chunk) => {
        body += chunk;
      });
      request.on('end', () => response.writeHead(201, { 'X-Seen': `${request.method} ${request.headers.probe} ${body}` }).end('done'));
    });
    const answer = await exchange.send({ method: 'POST', url, headers: { probe: 'yes' }, body: 'done' }, 2000);
    expect(answer).toMatchObject({ status: 201, body: 'done', cut: false });
    expect(answer.headers['x-seen']).toBe('POST yes done');
  });

  it('does not follow a redirect', async () => {
    let requests = 0;
    const url = await plain((_, response) => {
      requests++;
      response.writeHead(302, { location: '/elsewhere' }).end();
    });
    expect((await exchange.send({ method: 'GET', url }, 2000)).status).toBe(302);
    expect(requests).toBe(1);
  });

  it('joins repeated fields and survives hostile names', async () => {
    const url = await raw('HTTP/1.1 200 OK\r\nA: 1\r\nA: 2\r\n__proto__: x\r\nContent-Length: 0\r\n\r\n');
    const { headers } = await exchange.send({ method: 'GET', url }, 2000);
    expect(headers.a).toBe('1, 2');
    expect(Object.keys(headers)).toContain('__proto__');
    expect(({} as { a?: string }).a).toBeUndefined();
  });

  it('keeps what came of an answer that ends too early', async () => {
    const url = await raw('HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nearly');
    expect(await exchange.send({ method: 'GET', url }, 2000)).toMatchObject({ status: 200, body: 'early', cut: true });
  });

  it('undoes a content coding nobody asked for', async () => {
    const url = await plain((_, response) => response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync('{"id":1}')));
    expect((await exchange.send({ method: 'GET', url }, 2000)).body).toBe('{"id":1}');
  });

  it('reads chunks that come one by one', async () => {
    const url = await raw('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\none\r\n3;x=y\r\ntwo\r\n0\r\nTrailer: z\r\n\r\n');
    expect((await exchange.send({ method: 'GET', url }, 2000)).body).toBe('onetwo');
  });

  it.each([
    ['rubbish', 'rubbish'],
    ['a second answer', 'HTTP/1.1 500 No\r\nContent-Length: 0\r\n\r\n'],
  ])('reads an answer that %s follows', async (_, rest) => {
    const url = await raw(`HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok${rest}`);
    expect(await exchange.send({ method: 'GET', url }, 2000)).toMatchObject({ status: 200, body: 'ok' });
  });

  it('reads an answer whose end is the end of the connection', async () => {
    const url = await raw('HTTP/1.0 200 OK\r\n\r\nok');
    expect((await exchange.send({ method: 'GET', url }, 2000)).body).toBe('ok');
  });

  it('speaks to an address of IPv6', async () => {
    const { certificate, key, authority } = createCertificate({ names: ['::1'] });
    const port = await start(
      createTlsServer({ cert: certificate, key }, ({ headers }, response) => response.end(headers.host)),
      '::1',
    );
    const strict = createExchange({ ca: authority, trusts: () => false, now: () => 0 });
    expect((await strict.send({ method: 'GET', url: `https://[::1]:${port}/` }, 2000)).body).toBe(`[::1]:${port}`);
    strict.close();
  });

  it('cuts a body without end', async () => {
    const url = await plain((_, response) => {
      const chunk = Buffer.alloc(65_536, 'a');
      const pour = () => {
        while (!response.destroyed && response.write(chunk));
      };
      response.on('drain', pour);
      pour();
    });
    const answer = await exchange.send({ method: 'GET', url }, 5000);
    expect({ cut: answer.cut, length: answer.body.length }).toEqual({ cut: true, length: MAX_BODY });
  });

  it.each([
    ['ETIMEDOUT', 'an answer that never comes', () => plain(() => undefined)],
    ['ETIMEDOUT', 'an answer that never ends', () => plain((_, response) => void response.write('a'))],
    ['ECONNRESET', 'a connection cut off in the middle', () => raw('HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n')],
    ['HPE_INVALID_CONSTANT', 'nonsense', () => raw('this is no HTTP\r\n\r\n')],
    ['ECONNREFUSED', 'nobody', async () => 'http://127.0.0.1:1/'],
  ])('says %s of %s', async (code, _, serve) => {
    await expect(exchange.send({ method: 'GET', url: await serve() }, 150)).rejects.toMatchObject({ code });
  });

  it('sends nothing to a server it does not trust', async () => {
    const { certificate, key, authority } = createCertificate();
    let requests = 0;
    const port = await start(
      createTlsServer({ cert: certificate, key }, (_, response) => {
        requests++;
        response.end('hello');
      }),
    );
    const request = { method: 'GET', url: `https://127.0.0.1:${port}/` };
    const strict = createExchange({ ca: undefined, trusts: () => false, now: () => 0 });
    await expect(strict.send(request, 2000)).rejects.toMatchObject({ code: 'UNABLE_TO_VERIFY_LEAF_SIGNATURE' });
    expect(requests).toBe(0);
    const informed = createExchange({ ca: authority, trusts: () => false, now: () => 0 });
    expect((await informed.send(request, 2000)).body).toBe('hello');
    for (const each of [strict, informed]) each.close();
  });
});
