import { fork } from 'node:child_process';
import { request } from 'node:https';
import { fileURLToPath } from 'node:url';
import { createTestCertificate } from '@sallyport/pipeline/testing';
import type { Answer, CandidateOptions, Question } from './candidates/candidate.ts';
import { createCredentials } from './credentials.ts';
import { load } from './load.ts';

// Whole-process CPU of one request, side by side in one run: the plain proxy, the gateway with a bearer token whose verdict
// is cached, and the gateway with a DPoP proof for each request. Ratios are what to quote; the absolute times are this machine's.
const ROUNDS = 3;
const REQUESTS = Number(process.argv[2] ?? 20_000);
const CONNECTIONS = 64;

class Server {
  readonly #child;

  constructor(name: string) {
    const file = fileURLToPath(new URL(`./candidates/${name}.ts`, import.meta.url));
    this.#child = fork(file, { execArgv: ['--disable-warning=ExperimentalWarning'] });
  }

  async start(options: CandidateOptions): Promise<number> {
    return (await this.#ask<{ port: number }>({ ask: 'start', options })).port;
  }

  /** Microseconds used so far. */
  async cpu(): Promise<number> {
    return (await this.#ask<{ cpu: number }>({ ask: 'cpu' })).cpu;
  }

  stop(): void {
    this.#child.kill();
  }

  #ask<Wanted extends Answer>(question: Question): Promise<Wanted> {
    return new Promise((resolve, reject) => {
      const ended = () => reject(new Error('the server process ended'));
      this.#child.once('exit', ended);
      this.#child.once('message', (answer) => {
        this.#child.off('exit', ended);
        resolve(answer as Wanted);
      });
      this.#child.send(question);
    });
  }
}

const { certificate, key, authority } = createTestCertificate();
const credentials = createCredentials();
const servers = { backend: new Server('backend'), proxy: new Server('plain-proxy'), gateway: new Server('gateway') };
const common = { certificate, key, upstream: '', issuerKey: credentials.issuerKey };
const upstream = `http://127.0.0.1:${await servers.backend.start(common)}`;
const ports = { proxy: await servers.proxy.start({ ...common, upstream }), gateway: await servers.gateway.start({ ...common, upstream }) };
const nonce = await fetchNonce(ports.gateway);

const head = (path: string, fields = '') => `GET ${path} HTTP/1.1\r\nHost: localhost\r\nAccept: */*\r\n${fields}\r\n`;
const bearer = head('/bearer', `Authorization: Bearer ${credentials.bearer}\r\n`);
const candidates = [
  { title: 'node:https + undici, no checks', server: servers.proxy, port: ports.proxy, next: () => head('/bearer') },
  { title: 'gateway, bearer, cached verdict', server: servers.gateway, port: ports.gateway, next: () => bearer },
  {
    title: 'gateway, DPoP proof per request',
    server: servers.gateway,
    port: ports.gateway,
    next: () => head('/dpop', `Authorization: DPoP ${credentials.bound}\r\nDPoP: ${credentials.proof(nonce)}\r\n`),
  },
];
const results = candidates.map(() => ({ cpu: [] as number[], rate: [] as number[] }));
for (let round = -1; round < ROUNDS; round++) {
  for (const [index, { server, port, next }] of candidates.entries()) {
    const before = await server.cpu();
    const rate = await load({ port, certificateAuthority: authority, connections: CONNECTIONS, requests: REQUESTS, next });
    // The first round warms up.
    if (round === -1) continue;
    results[index]?.cpu.push(((await server.cpu()) - before) / REQUESTS);
    results[index]?.rate.push(rate);
  }
}
for (const server of Object.values(servers)) server.stop();

const median = (values: readonly number[] = []) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
const base = median(results[0]?.cpu);
process.stdout.write(
  `${REQUESTS} requests a round, ${CONNECTIONS} kept-alive TLS connections, 1 KiB answers, median of ${ROUNDS} interleaved rounds\n\n`,
);
process.stdout.write('| candidate | CPU-µs per request [min–max] | ratio | requests/s |\n|---|---|---|---|\n');
for (const [index, { title }] of candidates.entries()) {
  const { cpu = [], rate = [] } = results[index] ?? {};
  const range = `${Math.min(...cpu).toFixed(1)}–${Math.max(...cpu).toFixed(1)}`;
  process.stdout.write(
    `| ${title} | ${median(cpu).toFixed(1)} [${range}] | ${(median(cpu) / base).toFixed(2)} | ${Math.round(median(rate))} |\n`,
  );
}

/** The gateway tells its nonce to whoever comes without one. */
function fetchNonce(port: number): Promise<string> {
  const headers = { authorization: `DPoP ${credentials.bound}`, dpop: credentials.proof(undefined), host: 'localhost' };
  return new Promise((resolve, reject) => {
    request({ host: '127.0.0.1', port, path: '/dpop', servername: 'localhost', ca: authority, headers, agent: false }, (response) => {
      response.resume();
      const field = response.headers['dpop-nonce'];
      if (typeof field === 'string') resolve(field);
      else reject(new Error(`no nonce was offered (${response.statusCode})`));
    })
      .on('error', reject)
      .end();
  });
}
