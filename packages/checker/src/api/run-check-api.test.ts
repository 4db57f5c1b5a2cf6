import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer as createPlainServer, type RequestListener } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { createServer as createRawServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { CheckIo } from '../check-io.ts';
import { type RunCheckApiOptions, runCheckApi } from './run-check-api.ts';
import { createCertificate, listen } from './testing/index.ts';

let folder: string;
const running: { close(): Promise<void> }[] = [];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'check-api-'));
});
afterEach(async () => {
  for (const server of running.splice(0)) await server.close();
  await rm(folder, { recursive: true });
});

async function start(server: Server): Promise<number> {
  const { port, close } = await listen(server);
  running.push({ close });
  return port;
}

async function run(options: RunCheckApiOptions) {
  const text = { out: '', err: '' };
  const io: CheckIo = {
    out: (part) => {
      text.out += part;
    },
    err: (part) => {
      text.err += part;
    },
    terminal: false,
    color: false,
    width: 100,
    now: () => new Date(),
    version: '0.0.0',
  };
  return { code: await runCheckApi({ timeout: 500, ...options }, io), ...text };
}

/** A good server with one protected route; what it answers to the right token is given. */
async function good(listener: RequestListener = (_, response) => void response.end('{"items":[]}')) {
  const { certificate, key, authority, pin } = createCertificate();
  const port = await start(
    createTlsServer({ cert: certificate, key, minVersion: 'TLSv1.2', ciphers: 'ECDHE+AESGCM' }, (request, response) => {
      response.setHeader('cache-control', 'no-store');
      response.setHeader('strict-transport-security', 'max-age=31536000');
      response.setHeader('content-type', 'application/json');
      if (request.headers.authorization === 'Bearer good') listener(request, response);
      else response.writeHead(401).end('{"status":401}');
    }),
  );
  const ca = join(folder, 'ca.pem');
  await writeFile(ca, authority);
  return { url: `https://127.0.0.1:${port}/orders`, ca, pin, user: { accessToken: 'good' } };
}

const oneLine = (text: string) => expect(text.trimEnd().split('\n')).toHaveLength(1);

describe('runCheckApi, where nothing can run', () => {
  it.each([
    ['no address', 'orders', /is no address of an API/],
    ['a host that is not owned', 'https://api.example/', /--i-own api\.example/],
    ['nobody listening', 'https://127.0.0.1:1/', /nothing listens there/],
  ])('exits 2 with one line for %s', async (_, url, message) => {
    const { code, err, out } = await run({ url });
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toMatch(message);
    oneLine(err);
  });

  it('exits 2 for files that are missing or no good, and options that do not exist', async () => {
    const url = 'http://127.0.0.1:1/';
    const broken = join(folder, 'api.yaml');
    await writeFile(broken, 'swagger: "2.0"');
    for (const [options, message] of [
      [{ credentials: broken }, /test credentials .* cannot be used: it is no JSON object/],
      [{ ca: join(folder, 'none.pem') }, /authority .* cannot be read \(ENOENT\)/],
      [{ openapi: broken }, /Swagger 2/],
      [{ risks: broken }, /no JSON/],
      [{ only: ['nothing'] }, /no audit “nothing”/],
      [{ failOnAudits: ['nothing'] }, /no audit “nothing”/],
      [{ failOn: 'worst' as 'high' }, /no severity/],
      [{ baseline: broken }, /baseline .* cannot be used \(it is no JSON\)/],
    ] as const) {
      const { code, err } = await run({ url, ...options });
      expect(code).toBe(2);
      expect(err).toMatch(message);
      oneLine(err);
    }
  });

  it('exits 2 where somebody listens and never says a word, and not with an open gate', async () => {
    const port = await start(createRawServer());
    const { code, err } = await run({ url: `https://127.0.0.1:${port}/`, timeout: 60, only: ['tls-versions', 'hsts', 'cors'] });
    expect(code).toBe(2);
    expect(err).toMatch(/No audit came to a verdict/);
    oneLine(err);
  });
});

describe('runCheckApi', () => {
  it('opens the gate for a good API, and says what was sent', async () => {
    const { url, ca, user, pin } = await good();
    const { code, out } = await run({ url, ca, user, pins: [pin, 'AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA='] });
    expect(out).toContain('Gate open.');
    expect(code).toBe(0);
    expect(out).toMatch(/\d+ requests and connections were sent: shared \d+,/);
    expect(out).not.toMatch(/0 files|0 lines/);
  });

  it('sees pins that do not match, and a backup that is missing', async () => {
    const { url, ca, user, pin } = await good();
    const wrong = await run({
      url,
      ca,
      user,
      pins: ['AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA='],
      format: 'json',
      only: ['pins-match', 'pins-backup'],
    });
    expect(JSON.parse(wrong.out)).toMatchObject({ findings: [{ audit: 'pins-match' }] });
    const single = await run({ url, ca, user, pins: [pin], format: 'json', only: ['pins-match', 'pins-backup'] });
    expect(JSON.parse(single.out)).toMatchObject({ findings: [{ audit: 'pins-backup' }] });
    const nonsense = await run({ url, ca, user, pins: ['abc'], format: 'json', only: ['pins-match', 'hsts'] });
    expect(JSON.parse(nonsense.out).audits[0]).toMatchObject({ state: 'inconclusive', why: expect.stringContaining('is no pin') });
  });

  it('never prints a token, in any format', async () => {
    const accessToken = 'eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiJhIn0.c2VjcmV0';
    const { url, ca } = await good();
    const port = await start(createPlainServer((request, response) => void response.end(JSON.stringify(request.headers))));
    for (const format of ['pretty', 'json', 'sarif', 'html'] as const) {
      const { out } = await run({ url, ca, user: { accessToken }, format });
      const echo = await run({ url: `http://127.0.0.1:${port}/`, user: { accessToken }, format });
      expect(out + echo.out).not.toMatch(/c2VjcmV0|eyJzdWIi/);
    }
  });

  it('calls an API an API in every format', async () => {
    const { url, ca, user } = await good();
    for (const format of ['pretty', 'sarif', 'html'] as const) {
      const { out } = await run({ url, ca, user, format, only: ['hsts', 'cors'] });
      expect(out).not.toMatch(/app check|app stands|check-app|nothing was run|folder or archive|\b0 files|lines of code/);
    }
  });

  it('stays within its caps and says so', async () => {
    const { url, ca, user } = await good();
    const { out } = await run({ url, ca, user, maxRequests: 12, format: 'json' });
    const report = JSON.parse(out);
    expect(JSON.stringify(report.notes)).toMatch(/12 requests and connections/);
    expect(report.audits.some(({ why }: { why?: string }) => why?.includes('--max-requests'))).toBe(true);
  });

  it('does not follow a redirect to somewhere else, and still checks the rest', async () => {
    let visits = 0;
    const elsewhere = await start(
      createPlainServer((_, response) => {
        visits++;
        response.end('{}');
      }),
    );
    const { url, ca, user } = await good(
      (_, response) => void response.writeHead(302, { location: `http://127.0.0.1:${elsewhere}/` }).end(),
    );
    const { out } = await run({ url, ca, user, format: 'json' });
    const audits = new Map<string, { state: string; why: string }>(
      JSON.parse(out).audits.map((audit: { id: string }) => [audit.id, audit]),
    );
    expect(visits).toBe(0);
    expect(audits.get('cache-control')).toMatchObject({ state: 'inconclusive', why: expect.stringMatching(/302 to http:.*not followed/) });
    expect(audits.get('tls-versions')?.state).toBe('pass');
  });

  it('says that an API in the clear is one, and goes on', async () => {
    const port = await start(createPlainServer((_, response) => void response.writeHead(401).end()));
    const { code, out } = await run({ url: `http://127.0.0.1:${port}/orders`, format: 'json', failOn: 'medium' });
    const report = JSON.parse(out);
    expect(code).toBe(1);
    expect(report.findings).toMatchObject([{ audit: 'plain-http' }]);
    expect(report.audits.find(({ id }: { id: string }) => id === 'tls-versions').state).toBe('not-applicable');
  });

  it('does not take refusals for a pass when the honest token is refused as well', async () => {
    let requests = 0;
    const banning = await good((_, response) => {
      if (++requests > 1) response.writeHead(403).end();
      else response.end('{"items":[]}');
    });
    const { out } = await run({ ...banning, format: 'json', only: ['malformed-token', 'hsts'] });
    expect(JSON.parse(out).audits.find(({ id }: { id: string }) => id === 'malformed-token')).toMatchObject({
      state: 'inconclusive',
      why: expect.stringContaining('By now the honest token is refused'),
    });
  });

  it('writes the report to a file, and says when it cannot', async () => {
    const { url, ca, user } = await good();
    const output = join(folder, 'report.json');
    const only = ['hsts'];
    expect((await run({ url, ca, user, format: 'json', output, only })).err).toMatch(/Gate open/);
    expect(JSON.parse(await readFile(output, 'utf8')).audits).toHaveLength(1);
    const failed = await run({ url, ca, user, format: 'json', output: join(folder, 'no', 'report.json'), only });
    expect([failed.code, failed.err]).toEqual([2, expect.stringMatching(/cannot be written \(ENOENT\)/)]);
  });

  it('takes credentials from a file', async () => {
    const { url, ca, user } = await good();
    const credentials = join(folder, 'credentials.json');
    await writeFile(credentials, JSON.stringify({ user }));
    const state = async (options: Partial<RunCheckApiOptions>) =>
      JSON.parse((await run({ url, ca, format: 'json', only: ['cache-control', 'hsts'], ...options })).out).audits[1].state;
    expect([await state({}), await state({ credentials })]).toEqual(['inconclusive', 'pass']);
  });

  it('lets a baseline cover what was there before, and nothing else', async () => {
    const port = await start(createPlainServer((_, response) => void response.writeHead(401).end()));
    const baseline = join(folder, 'baseline.json');
    const options = { url: `http://127.0.0.1:${port}/orders`, failOn: 'medium' as const };
    expect((await run({ ...options, only: ['plain-http'], writeBaseline: baseline })).code).toBe(1);
    expect((await run({ ...options, only: ['plain-http'], baseline })).code).toBe(0);
    await writeFile(baseline, '{"fingerprints":["f"]}');
    expect((await run({ ...options, only: ['plain-http'], baseline })).code).toBe(1);
  });

  it('honours accepted risks', async () => {
    const port = await start(createPlainServer((_, response) => void response.writeHead(401).end()));
    const url = `http://127.0.0.1:${port}/orders`;
    const risks = join(folder, 'risks.json');
    await writeFile(
      risks,
      JSON.stringify({ risks: [{ audit: 'plain-http', path: new URL(url).origin, reason: 'lab', owner: 'ann', expires: '2999-01-01' }] }),
    );
    expect((await run({ url, failOn: 'medium', only: ['plain-http'] })).code).toBe(1);
    expect((await run({ url, failOn: 'medium', only: ['plain-http'], risks })).code).toBe(0);
  });
});
