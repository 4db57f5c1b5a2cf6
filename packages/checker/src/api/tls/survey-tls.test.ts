import { randomBytes } from 'node:crypto';
import { createServer, type Server } from 'node:net';
import { createServer as createTlsServer, type TlsOptions } from 'node:tls';
import { afterEach, describe, expect, it } from 'vitest';
import { createCertificate, listen } from '../testing/index.ts';
import { askTls, type TlsAnswer } from './ask-tls.ts';
import { suiteName } from './cipher-suites.ts';
import { surveyTls } from './survey-tls.ts';

const running: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const server of running.splice(0)) await server.close();
});

async function start(server: Server): Promise<number> {
  const { port, close } = await listen(server);
  running.push({ close });
  return port;
}

async function survey(server: Server) {
  const port = await start(server);
  return surveyTls((version, suites) => askTls('127.0.0.1', port, { version, suites, host: '127.0.0.1', random: randomBytes(64) }, 3000));
}

function tls(options: TlsOptions, key: 'ec' | 'rsa' = 'rsa'): Server {
  const { certificate, key: pem } = createCertificate({ key });
  return createTlsServer({ cert: certificate, key: pem, ...options }, (socket) => socket.end());
}

describe('surveyTls, against real servers', () => {
  it('finds every version and suite of a server that has everything', async () => {
    const { versions, suites, complete, unclear } = await survey(tls({ minVersion: 'TLSv1', ciphers: 'ALL:eNULL:@SECLEVEL=0' }));
    expect(versions).toEqual(['TLS 1.0', 'TLS 1.1', 'TLS 1.2', 'TLS 1.3']);
    expect(complete).toBe(true);
    expect(unclear).toEqual([]);
    for (const name of [
      'TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256',
      'TLS_RSA_WITH_AES_128_CBC_SHA',
      'TLS_RSA_WITH_NULL_SHA256',
      'TLS_RSA_WITH_CAMELLIA_256_CBC_SHA',
      'TLS_ECDHE_RSA_WITH_ARIA_128_GCM_SHA256',
      'TLS_ECDH_anon_WITH_AES_128_CBC_SHA',
    ]) {
      expect(suites).toContain(name);
    }
  });

  it('finds exactly what a strict server has, in its order', async () => {
    const ciphers = 'ECDHE-ECDSA-CHACHA20-POLY1305:ECDHE-ECDSA-AES128-GCM-SHA256';
    expect(await survey(tls({ minVersion: 'TLSv1.2', ciphers, honorCipherOrder: true }, 'ec'))).toEqual({
      versions: ['TLS 1.2', 'TLS 1.3'],
      suites: ['TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256', 'TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256'],
      complete: true,
      unclear: [],
    });
  });

  it('leaves a port that keeps still after two questions', async () => {
    let asked = 0;
    const found = await surveyTls(async () => {
      asked++;
      return { kind: 'silent' };
    });
    expect(found).toMatchObject({ versions: [], unclear: ['SSL 3.0', 'TLS 1.0', 'TLS 1.1', 'TLS 1.2', 'TLS 1.3'] });
    expect(asked).toBe(2);
  });

  it('finds a server of TLS 1.3 alone', async () => {
    expect(await survey(tls({ minVersion: 'TLSv1.3' }))).toMatchObject({ versions: ['TLS 1.3'], suites: [], complete: true });
  });

  it('does not take a port without TLS for one that refuses', async () => {
    const { versions, unclear } = await survey(createServer((socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n')));
    expect(versions).toEqual([]);
    expect(unclear).toHaveLength(5);
  });

  it('takes a server that hangs up for one that refuses', async () => {
    const { versions, unclear } = await survey(createServer((socket) => socket.destroy()));
    expect({ versions, unclear }).toEqual({ versions: [], unclear: [] });
  });
});

describe('surveyTls, against liars', () => {
  it('ends when a server chooses what was not offered', async () => {
    const { suites, complete } = await surveyTls(async (version): Promise<TlsAnswer> => ({ kind: 'hello', version, suite: 0xffff }));
    expect({ suites, complete }).toEqual({ suites: [], complete: false });
  });

  it('ends when a server accepts everything', async () => {
    const { suites } = await surveyTls(
      async (version, offered): Promise<TlsAnswer> => ({ kind: 'hello', version, suite: offered[0] as number }),
    );
    expect(suites).toHaveLength(64);
    expect(suites[0]).toBe(suiteName(1));
  });
});

describe('askTls', () => {
  it('gives up on a server that says nothing', async () => {
    const port = await start(createServer());
    const hello = { version: 'TLS 1.2', suites: [1], host: '127.0.0.1', random: randomBytes(64) } as const;
    expect(await askTls('127.0.0.1', port, hello, 50)).toEqual({ kind: 'silent' });
  });
});
