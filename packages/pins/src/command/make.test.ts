import { execFileSync } from 'node:child_process';
import { createPublicKey } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createSecureContext, createServer as createTlsServer } from 'node:tls';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { pinOfCertificateKey, pinOfKey, pinOfWholeCertificate, rawKeyHash } from '../material/spki-hash.ts';
import { type Authority, freshKey, makeAuthority } from '../testing/authority.ts';
import { certify } from '../testing/certify.ts';
import { cli } from '../testing/cli.ts';
import { startTlsServer } from '../testing/tls-server.ts';

const folder = mkdtempSync(join(tmpdir(), 'sallyport-make-'));
afterAll(() => rmSync(folder, { recursive: true }));

const DAY = 86_400_000;
const key = freshKey();
const pin = pinOfKey(key);
let authority: Authority;

const put = (name: string, content: string | Buffer) => writeFileSync(join(folder, name), content);
const openssl = (...args: string[]) => execFileSync('openssl', args, { cwd: folder, stdio: ['ignore', 'ignore', 'ignore'] });
const run = (...args: string[]) => cli(folder, args);

beforeAll(async () => {
  authority = await makeAuthority();
  const { certificate } = await authority.issue(['api.test'], { key });
  const publicKey = createPublicKey(key);
  put('leaf.pem', certificate.toString());
  put('leaf.der', certificate.raw);
  put('leaf.cer', certificate.raw);
  put('public.pem', publicKey.export({ type: 'spki', format: 'pem' }));
  put('public.der', publicKey.export({ type: 'spki', format: 'der' }));
  put('private.pem', key.export({ type: 'pkcs8', format: 'pem' }));
  put('sec1.pem', key.export({ type: 'sec1', format: 'pem' }));
  put('sec1.der', key.export({ type: 'sec1', format: 'der' }));
  put('private.der', key.export({ type: 'pkcs8', format: 'der' }));
  put('encrypted.pem', key.export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'correct horse' }));
  put('encrypted.der', key.export({ type: 'pkcs8', format: 'der', cipher: 'aes-256-cbc', passphrase: 'correct horse' }));
  put('passphrase', 'correct horse\n');
  put('wrong-passphrase', 'battery staple\n');
  put('ca.pem', authority.root.certificate.toString());
  put('backup.pem', createPublicKey(freshKey()).export({ type: 'spki', format: 'pem' }));
  openssl('req', '-new', '-key', 'private.pem', '-subj', '/CN=api.test', '-out', 'request.pem');
  openssl('req', '-in', 'request.pem', '-outform', 'DER', '-out', 'request.der');
  openssl('pkcs12', '-export', '-nokeys', '-in', 'leaf.pem', '-passout', 'pass:x', '-out', 'bundle.p12');
  openssl('crl2pkcs7', '-nocrl', '-certfile', 'leaf.pem', '-out', 'bundle.p7b');
  const forged = Buffer.from(readFileSync(join(folder, 'request.der')));
  forged[forged.length - 3] = (forged[forged.length - 3] as number) ^ 1;
  put('forged.der', forged);
  put('empty.pem', '');
  put('page.pem', '<html>404</html>');
  put('cut.pem', certificate.toString().slice(0, 200));
  put('damaged.pem', certificate.toString().replace(/\n[A-Za-z0-9+/]{8}/, '\nAAAAAAAA'));
  put('parameters.pem', '-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\n');
  put('noise.der', Buffer.from('30820122300d06092a864886f70d0101', 'hex'));
  put('huge.pem', Buffer.alloc(1_048_577, 65));
});

test.each('leaf.pem leaf.der leaf.cer public.pem public.der private.pem sec1.pem sec1.der private.der request.pem request.der'.split(' '))(
  '%s gives the same pin',
  async (file) => {
    const { code, stdout, stderr } = await run('make', file);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout.split(' ')[0]).toBe(pin);
  },
);

test.each(['encrypted.pem', 'encrypted.der'])('%s opens with its passphrase', async (file) => {
  const { stdout } = await run('make', file, '--passphrase-file', 'passphrase');
  expect(stdout).toContain(pin);
  expect(stdout).not.toContain('horse');
});

test('a certificate shows role, subject, issuer and expiry', async () => {
  const { stdout } = await run('make', 'leaf.pem', 'ca.pem', '--json');
  expect(JSON.parse(stdout)).toMatchObject([
    { pin, role: 'leaf', subject: 'CN=api.test', issuer: 'CN=Test Intermediate', material: 'certificate' },
    { role: 'root', subject: 'CN=Test Root' },
  ]);
});

test('a whole-certificate pin says what it breaks and when', async () => {
  const { stdout, stderr } = await run('make', 'leaf.pem', '--whole-certificate');
  const { X509Certificate } = await import('node:crypto');
  expect(stdout).toContain(pinOfWholeCertificate(new X509Certificate(readFileSync(join(folder, 'leaf.pem')))));
  expect(stderr).toMatch(/cut off at the next renewal, even with the same key: about \d{4}-\d\d-\d\d, at the latest \d{4}-\d\d-\d\d/);
});

test('a pasted pin is compared, and a raw-key hash is recognised and named', async () => {
  expect(await run('make', 'leaf.pem', '--expect', `sha256/${pin}`)).toMatchObject({ code: 0 });
  expect(await run('make', 'leaf.pem', '--expect', 'A'.repeat(43).concat('='))).toMatchObject({ code: 1 });
  const { code, stderr } = await run('make', 'leaf.pem', '--expect', rawKeyHash(key) as string);
  expect(code).toBe(2);
  expect(stderr).toContain('error pin-raw-key-hash');
  expect(stderr).toContain(`The pin is ${pin}`);
});

describe('bad input ends with one line, exit 2 and nothing written', () => {
  test.each<[string, string[], string]>([
    ['no such file', ['nowhere.pem'], 'file-unreadable'],
    ['a folder', ['.'], 'file-unreadable'],
    ['an empty file', ['empty.pem'], 'file-empty'],
    ['a web page', ['page.pem'], 'material-unrecognised'],
    ['a PEM file cut off', ['cut.pem'], 'material-malformed'],
    ['a damaged certificate', ['damaged.pem'], 'material-malformed'],
    ['parameters only', ['parameters.pem'], 'material-unrecognised'],
    ['half a key', ['noise.der'], 'material-unrecognised'],
    ['PKCS #12', ['bundle.p12'], 'material-unrecognised'],
    ['PKCS #7', ['bundle.p7b'], 'material-unrecognised'],
    ['a huge file', ['huge.pem'], 'file-too-large'],
    ['an encrypted key without passphrase', ['encrypted.pem'], 'passphrase-needed'],
    ['the same in DER', ['encrypted.der'], 'passphrase-needed'],
    ['a wrong passphrase', ['encrypted.pem', '--passphrase-file', 'wrong-passphrase'], 'passphrase-wrong'],
    ['an empty passphrase file', ['encrypted.pem', '--passphrase-file', 'empty.pem'], 'passphrase-needed'],
    ['a forged request', ['forged.der'], 'csr-signature-invalid'],
    ['a key as whole certificate', ['public.pem', '--whole-certificate'], 'material-unrecognised'],
    ['a malformed pin', ['leaf.pem', '--expect', 'abc'], 'pin-malformed'],
    ['nothing', [], 'usage'],
    ['an unknown option', ['--frobnicate'], 'usage'],
    ['an unknown role', ['leaf.pem', '--role', 'king'], 'usage'],
    ['a host that is none', ['--host', 'http//x y'], 'host-malformed'],
    ['one pin for a new set', ['leaf.pem', '--set', 'new.json', '--for', 'api.test'], 'too-few-pins'],
    ['a set without host', ['leaf.pem', '--set', 'new.json'], 'usage'],
    ['a set that is a web page', ['leaf.pem', '--set', 'page.pem', '--for', 'api.test'], 'set-malformed'],
  ])('%s', async (_, args, code) => {
    const before = readdirSync(folder);
    const result = await run('make', ...args);
    expect(result.code).toBe(2);
    expect(result.stdout).toBe('');
    expect(result.stderr).toMatch(new RegExp(`^error ${code}: [^\\n]+\\n$`));
    expect(result.stderr).not.toMatch(/\.ts|node:internal/);
    expect(readdirSync(folder)).toEqual(before);
  });

  test('a folder that cannot be written to', async () => {
    const { code, stderr } = await run(
      'make',
      'leaf.pem',
      '--backup',
      'backup.pem',
      '--set',
      'no/such/folder/pins.json',
      '--for',
      'api.test',
    );
    expect(code).toBe(2);
    expect(stderr).toMatch(/^error file-unwritable: .*Nothing was changed/);
  });
});

describe('a live host', () => {
  const live = (port: number, ...args: string[]) => run('make', '--host', `api.test:${port}`, '--address', '127.0.0.1', ...args);

  test('shows every certificate of its chain and goes into a set', async () => {
    const server = await startTlsServer(await authority.issue(['api.test'], { key }));
    try {
      const { stdout } = await live(server.port, '--ca', 'ca.pem', '--json');
      expect(JSON.parse(stdout)).toMatchObject([
        { pin, role: 'leaf' },
        { pin: pinOfCertificateKey(authority.intermediate.certificate), role: 'intermediate' },
        { pin: pinOfCertificateKey(authority.root.certificate), role: 'root' },
      ]);
      const into = await live(server.port, '--ca', 'ca.pem', '--backup', 'backup.pem', '--set', 'live.json', '--for', 'api.test');
      expect(into).toMatchObject({ code: 0 });
      const shown = await run('show', 'live.json', '--json');
      expect(JSON.parse(shown.stdout).hosts[0].pins).toMatchObject([
        { pin, role: 'leaf', state: 'active' },
        { role: 'backup', state: 'active' },
      ]);
      expect(server.requests).toEqual([]);
    } finally {
      await server.close();
    }
  });

  const unhappy = async (identity: Awaited<ReturnType<Authority['issue']>>, code: string, ...args: string[]) => {
    const server = await startTlsServer(identity);
    try {
      const result = await live(server.port, ...args);
      expect(result).toMatchObject({ code: 2, stdout: '' });
      expect(result.stderr).toMatch(new RegExp(`^error ${code}: [^\\n]+\\n$`));
    } finally {
      await server.close();
    }
  };

  test('with an expired certificate', async () =>
    unhappy(
      await authority.issue(['api.test'], { notBefore: Date.now() - 9 * DAY, notAfter: Date.now() - DAY }),
      'chain-expired',
      '--ca',
      'ca.pem',
    ));
  test('with a certificate of tomorrow', async () =>
    unhappy(await authority.issue(['api.test'], { notBefore: Date.now() + DAY }), 'chain-not-yet-valid', '--ca', 'ca.pem'));
  test('with a certificate for another name', async () =>
    unhappy(await authority.issue(['other.test']), 'host-name-mismatch', '--ca', 'ca.pem'));
  test('of an authority nobody knows', async () => unhappy(await authority.issue(['api.test']), 'chain-(untrusted|incomplete)'));
  test('without its intermediate', async () => {
    const identity = await authority.issue(['api.test']);
    await unhappy({ ...identity, chainPem: identity.certificate.toString() }, 'chain-incomplete', '--ca', 'ca.pem');
  });
  test('with a self-signed certificate', async () =>
    unhappy(
      await certify({ subject: 'CN=api.test', hosts: ['api.test'], notBefore: Date.now() - DAY, notAfter: Date.now() + DAY }),
      'chain-untrusted',
    ));

  test('that presents no chain at all', async () => {
    const server = createTlsServer({ ciphers: 'aNULL:@SECLEVEL=0', maxVersion: 'TLSv1.2' }, (socket) => socket.on('error', () => {}));
    server.on('tlsClientError', () => {});
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    try {
      const result = await live((server.address() as { port: number }).port);
      expect(result).toMatchObject({ code: 2, stdout: '', stderr: expect.stringMatching(/^error (host-no-tls|chain-missing): [^\n]+\n$/) });
    } finally {
      server.close();
    }
  });

  test('that answers another SNI with another certificate is read by its own name', async () => {
    const [right, other] = [await authority.issue(['api.test'], { key }), await authority.issue(['other.test'])];
    const server = createTlsServer({
      cert: other.chainPem,
      key: other.keyPem,
      SNICallback: (name, done) => {
        const identity = name === 'api.test' ? right : other;
        done(null, createSecureContext({ cert: identity.chainPem, key: identity.keyPem }));
      },
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    try {
      const { port } = server.address() as { port: number };
      expect((await live(port, '--ca', 'ca.pem')).stdout).toContain(pin);
      const misdirected = await run('make', '--host', `third.test:${port}`, '--address', '127.0.0.1', '--ca', 'ca.pem');
      expect(misdirected.stderr).toMatch(/^error host-name-mismatch: .*DNS:other.test/);
    } finally {
      server.close();
    }
  });

  const raw = async (onConnection: (socket: import('node:net').Socket) => void): Promise<{ server: Server; port: number }> => {
    const server = createServer(onConnection);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return { server, port: (server.address() as { port: number }).port };
  };

  test('that speaks no TLS', async () => {
    const { server, port } = await raw((socket) => socket.on('error', () => {}).end('HTTP/1.1 400 Bad Request\r\n\r\n'));
    expect((await live(port)).stderr).toMatch(/^error host-no-tls/);
    server.close();
  });

  test('that refuses connections, or does not resolve', async () => {
    const { server, port } = await raw(() => {});
    await new Promise((resolve) => server.close(resolve));
    expect((await live(port)).stderr).toMatch(/^error host-unreachable: .*ECONNREFUSED/);
    expect((await run('make', '--host', 'no-such-host.invalid')).stderr).toMatch(/^error host-unresolved/);
  });

  test('that never answers is given up', async () => {
    const { fetchChain } = await import('../material/fetch-chain.ts');
    const { server, port } = await raw((socket) => socket.on('error', () => {}));
    await expect(fetchChain({ host: 'api.test', port, address: '127.0.0.1', timeout: 50, now: Date.now })).rejects.toMatchObject({
      code: 'host-timeout',
    });
    server.close();
  });
});

test('a set goes through make, release, make, move and emit', async () => {
  const next = freshKey();
  put('next.pem', createPublicKey(next).export({ type: 'spki', format: 'pem' }));
  expect(await run('make', 'leaf.pem', '--backup', 'backup.pem', '--set', 'life.json', '--for', 'api.test', '--keeps-key')).toMatchObject({
    code: 0,
  });
  expect(await run('release', '1.0.0', '--set', 'life.json')).toMatchObject({ code: 0 });
  expect(await run('make', '--backup', 'next.pem', '--set', 'life.json', '--for', 'api.test')).toMatchObject({ code: 0 });
  const early = await run('move', pinOfKey(next), 'active', '--for', 'api.test', '--set', 'life.json');
  expect(early).toMatchObject({ code: 1 });
  expect(early.stderr).toContain('error pin-not-carried');
  expect(await run('release', '1.1.0', '--set', 'life.json')).toMatchObject({ code: 0 });
  expect(await run('move', pinOfKey(next), 'active', '--for', 'api.test', '--set', 'life.json')).toMatchObject({ code: 0 });
  const { stdout, stderr } = await run('emit', 'android', '--set', 'life.json');
  expect(stdout).toContain(pinOfKey(next));
  expect(stderr).toContain('android: remember');
  expect(await run('emit', 'all', '--set', 'life.json', '--output', '.')).toMatchObject({ code: 0 });
  expect(readFileSync(join(folder, 'Info.pins.plist'), 'utf8')).toContain(pin);
  expect(readdirSync(folder).filter((name) => name.startsWith('.'))).toEqual([]);
});
