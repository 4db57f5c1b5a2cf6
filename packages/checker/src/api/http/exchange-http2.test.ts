import { createServer as createPlain, createSecureServer, type Http2Server, type ServerHttp2Stream } from 'node:http2';
import type { Server } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { createCertificate, listen } from '../testing/index.ts';
import { createExchange } from './exchange.ts';
import { MAX_BODY } from './read-body.ts';

const { certificate, key, authority } = createCertificate();
const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

/** A server that offers `h2` alone in the handshake, as gateways of gRPC do. */
async function serve(answer: (stream: ServerHttp2Stream, headers: Readonly<Record<string, unknown>>) => void, plain = false) {
  const server: Http2Server = plain ? createPlain() : (createSecureServer({ cert: certificate, key, allowHTTP1: false }) as never);
  server.on('stream', (stream, headers) => {
    stream.on('error', () => undefined);
    answer(stream, headers);
  });
  server.on('sessionError', () => undefined);
  let connections = 0;
  server.on('session', () => connections++);
  const { port, close } = await listen(server as unknown as Server);
  closing.push(close);
  return { url: `${plain ? 'http' : 'https'}://127.0.0.1:${port}/orders?page=2`, connections: () => connections };
}

function exchanging(ca: string | undefined = authority, trusts = false) {
  const exchange = createExchange({ ca, trusts: () => trusts, now: () => performance.now() });
  closing.push(() => exchange.close());
  return exchange;
}

describe('createExchange with a server of HTTP/2 alone', () => {
  it('sends method, path, fields and body, and reads status, fields and body', async () => {
    const { url, connections } = await serve((stream, headers) => {
      let body = '';
      stream.on('data', (chunk) => {
        body += chunk;
      });
      stream.on('end', () => {
        stream.respond({ ':status': 201, 'x-seen': `${headers[':method']} ${headers[':path']} ${headers.authorization} ${body}` });
        stream.end('done');
      });
    });
    const exchange = exchanging();
    const request = { method: 'POST', url, headers: { authorization: 'Bearer x' }, body: '{}' };
    const answer = await exchange.send(request, 2000);
    expect(answer).toMatchObject({ status: 201, body: 'done', cut: false, request });
    expect(answer.headers['x-seen']).toBe('POST /orders?page=2 Bearer x {}');
    expect(Object.keys(answer.headers).filter((name) => name.startsWith(':'))).toEqual([]);
    expect((await exchange.send({ method: 'GET', url }, 2000)).status).toBe(201);
    expect(connections()).toBe(1);
  });

  it('asks one without TLS the same way', async () => {
    const { url } = await serve((stream) => {
      stream.respond({ ':status': 200 });
      stream.end('plain');
    }, true);
    expect((await exchanging().send({ method: 'GET', url }, 2000)).body).toBe('plain');
  });

  it('sends nothing to one it does not trust', async () => {
    let streams = 0;
    const { url } = await serve((stream) => {
      streams++;
      stream.respond({ ':status': 200 });
      stream.end();
    });
    const request = { method: 'GET', url };
    await expect(exchanging(createCertificate().authority).send(request, 2000)).rejects.toMatchObject({
      code: expect.stringMatching(/VERIFY|SELF_SIGNED/),
    });
    expect(streams).toBe(0);
    expect((await exchanging(undefined, true).send(request, 2000)).status).toBe(200);
  });

  it('does not follow a redirect', async () => {
    let streams = 0;
    const { url } = await serve((stream) => {
      streams++;
      stream.respond({ ':status': 307, location: '/elsewhere' });
      stream.end();
    });
    expect((await exchanging().send({ method: 'GET', url }, 2000)).status).toBe(307);
    expect(streams).toBe(1);
  });

  it('cuts a body without end', async () => {
    const { url } = await serve((stream) => {
      stream.respond({ ':status': 200 });
      const pour = () => {
        while (!stream.destroyed && stream.write(Buffer.alloc(65_536, 'a')));
      };
      stream.on('drain', pour);
      pour();
    });
    const answer = await exchanging().send({ method: 'GET', url }, 5000);
    expect([answer.cut, answer.body.length]).toEqual([true, MAX_BODY]);
  });

  it.each([
    ['ETIMEDOUT', 'never comes', () => undefined],
    ['ETIMEDOUT', 'never ends', (stream: ServerHttp2Stream) => stream.write('a')],
    ['ERR_HTTP2_STREAM_ERROR', 'is taken back', (stream: ServerHttp2Stream) => stream.close(2)],
    ['ECONNRESET', 'ends with the connection', (stream: ServerHttp2Stream) => stream.session?.destroy(undefined, 11)],
  ])('says %s of an answer that %s, and gets the next one by a new connection', async (code, _, fail) => {
    let requests = 0;
    const { url } = await serve((stream) => {
      if (++requests === 1) fail(stream);
      else {
        stream.respond({ ':status': 200 });
        stream.end('again');
      }
    });
    const exchange = exchanging();
    await expect(exchange.send({ method: 'GET', url }, 300)).rejects.toMatchObject({ code });
    expect((await exchange.send({ method: 'GET', url }, 2000)).body).toBe('again');
  });
});
