import { spawn } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { createTestAuthority } from './testing/certificates.ts';
import { answerJson, startScriptedApi } from './testing/scripted-api.ts';
import { startScriptedAuthServer } from './testing/scripted-auth-server.ts';

const room = join(dirname(fileURLToPath(import.meta.url)), '..');

/** What a desktop's opener starts, as far as the sign-in can tell: it opens the address and goes where it is sent. */
const DESKTOP_BROWSER = `#!${process.execPath}
const { get } = require('node:https');
get(process.argv[2], { agent: false }, (response) => { fetch(response.headers.location).then(() => process.exit()); });
`;

test('the example of the README runs as it stands: desktop browser, loopback redirect, pins, all over real TLS', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'sallyport-'));
  const authority = createTestAuthority();
  const [active, backup] = [authority.issue(['localhost']), authority.issue()];
  const auth = await startScriptedAuthServer(active);
  const api = await startScriptedApi(active, auth.accessTokens);
  try {
    api.next.push(
      (_received, response) => answerJson(response, 200, { orders: ['tea', 'cake'] }),
      (_received, response) => answerJson(response, 201, {}),
    );
    const [, block = ''] = /```ts\n(.*?)```/s.exec(readFileSync(join(room, 'README.md'), 'utf8')) ?? [];
    const taken = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => taken.once('listening', resolve));
    const { port } = taken.address() as AddressInfo;
    await new Promise((resolve) => taken.close(resolve));
    const code = block
      .replace('https://api.example', api.url)
      .replace('https://auth.example', auth.issuer)
      .replace(/'(api|auth)\.example'/g, "'localhost'")
      .replace(/const pins = .*/, `const pins = ${JSON.stringify([backup.pin, active.pin])};`)
      .replace('53682', String(port));
    const opener = join(folder, process.platform === 'darwin' ? 'open' : 'xdg-open');
    writeFileSync(opener, DESKTOP_BROWSER);
    chmodSync(opener, 0o700);
    writeFileSync(join(folder, 'authority.pem'), authority.certificate);
    const child = spawn(process.execPath, ['--no-warnings', '--input-type=module-typescript', '--eval', code], {
      cwd: room,
      env: { ...process.env, PATH: folder + delimiter + process.env.PATH, NODE_EXTRA_CA_CERTS: join(folder, 'authority.pem') },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const [out, log, status] = await Promise.all([
      text(child.stdout),
      text(child.stderr),
      new Promise((resolve) => child.on('exit', resolve)),
    ]);
    expect({ out, status }).toEqual({ out: '2\nsession ended: signed-out\nrevoked\n', status: 0 });
    const events = log
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line).event);
    expect(events).toEqual(['credentials-in-memory', 'sign-in', 'request', 'request', 'session-ended', 'sign-out']);
    expect(api.admitted.map(({ method, url }) => `${method} ${url}`)).toEqual(['GET /orders?page=1', 'POST /orders']);
    expect(api.admitted[1]?.headers['idempotency-key']).toMatch(/^"[\w-]{22}"$/);
  } finally {
    await Promise.all([auth.close(), api.close()]);
    rmSync(folder, { recursive: true });
  }
});
