import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, expect, test } from 'vitest';
import { readRequest } from './read-request.ts';
import { pinOfKey } from './spki-hash.ts';

const folder = mkdtempSync(join(tmpdir(), 'sallyport-csr-'));
afterAll(() => rmSync(folder, { recursive: true }));

function openssl(...args: string[]): Buffer {
  return execFileSync('openssl', args, { cwd: folder, stdio: ['ignore', 'pipe', 'ignore'] });
}
function request(options: readonly string[], digest = 'sha256', more: readonly string[] = []): { der: Buffer; pin: string } {
  openssl('genpkey', ...options, '-out', 'key.pem');
  const der = openssl(
    'req',
    '-new',
    '-key',
    'key.pem',
    `-${digest}`,
    '-subj',
    '/C=DE/O=Example/CN=api.test',
    '-addext',
    'subjectAltName=DNS:api.test',
    '-outform',
    'DER',
    ...more,
  );
  const spki = openssl('pkey', '-in', 'key.pem', '-pubout', '-outform', 'DER');
  return { der, pin: execFileSync('openssl', ['dgst', '-sha256', '-binary'], { input: spki }).toString('base64') };
}
const EC = ['-algorithm', 'EC', '-pkeyopt', 'ec_paramgen_curve:P-256'];

test.each<[string, string[], string]>([
  ['P-256', EC, 'sha256'],
  ['P-384', ['-algorithm', 'EC', '-pkeyopt', 'ec_paramgen_curve:P-384'], 'sha384'],
  ['RSA', ['-algorithm', 'RSA', '-pkeyopt', 'rsa_keygen_bits:2048'], 'sha512'],
  ['Ed25519', ['-algorithm', 'ED25519'], 'sha256'],
])('reads a request for a %s key made by openssl', (_, options, digest) => {
  const { der, pin } = request(options, digest);
  const read = readRequest(der);
  expect(read?.signatureValid).toBe(true);
  expect(read && pinOfKey(read.key)).toBe(pin);
});

test('a signature that is not listed gives nothing rather than trust', () => {
  expect(readRequest(request(EC, 'sha1').der)).toBeUndefined();
});

test('whatever is changed in a request, it is never taken for a valid one', () => {
  const { der } = request(EC);
  fc.assert(
    fc.property(fc.nat(der.length - 1), fc.integer({ min: 1, max: 255 }), (at, change) => {
      const forged = Buffer.from(der);
      forged[at] = (forged[at] as number) ^ change;
      let read: ReturnType<typeof readRequest>;
      try {
        read = readRequest(forged);
      } catch {
        return;
      }
      expect(read?.signatureValid ?? false).toBe(false);
    }),
    { numRuns: 400 },
  );
});

test('cut off or followed by more, it is none', () => {
  const { der } = request(EC);
  for (let length = 0; length < der.length; length += 7) expect(readRequest(der.subarray(0, length))).toBeUndefined();
  expect(readRequest(Buffer.concat([der, Buffer.of(0)]))).toBeUndefined();
});

test('noise is none', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
      expect(readRequest(bytes)).toBeUndefined();
    }),
  );
});
