import { createHash, generateKeyPairSync, sign, verify } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createDpopProof, type DeviceJwk, type DpopSigner, htuOf, parseDpopProof, thumbprintInput } from './dpop.ts';

const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const { x, y } = publicKey.export({ format: 'jwk' }) as { x: string; y: string };
const signer: DpopSigner = {
  jwk: { kty: 'EC', crv: 'P-256', x, y },
  sign: async (input) => sign('sha256', Buffer.from(input), { key: privateKey, dsaEncoding: 'ieee-p1363' }),
};
const request = { method: 'GET', url: 'https://api.example/orders?page=2#top', iat: 1_800_000_000, jti: 'one' };

const forge = (header: object, payload: object, signature = Buffer.alloc(64)) =>
  [header, payload]
    .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
    .concat(signature.toString('base64url'))
    .join('.');

test('a proof made here is well formed, verifies, and says what was asked', async () => {
  const proof = parseDpopProof(await createDpopProof(signer, { ...request, nonce: 'n', ath: 'h' }));
  expect(proof).toMatchObject({ htm: 'GET', htu: 'https://api.example/orders', iat: 1_800_000_000, jti: 'one', nonce: 'n', ath: 'h' });
  const signature = proof?.signature as Uint8Array;
  expect(verify('sha256', Buffer.from(proof?.signingInput ?? ''), { key: publicKey, dsaEncoding: 'ieee-p1363' }, signature)).toBe(true);
});

test('nonce and token hash are left out when there is none', async () => {
  const text = await createDpopProof(signer, request);
  const payload = JSON.parse(Buffer.from(text.split('.')[1] ?? '', 'base64url').toString());
  expect(Object.keys(payload)).toEqual(['jti', 'htm', 'htu', 'iat']);
});

const goodHeader = { typ: 'dpop+jwt', alg: 'ES256', jwk: signer.jwk };
const goodPayload = { jti: 'a', htm: 'GET', htu: 'https://api.example/', iat: 1 };

test.each<[string, object, object]>([
  ['another type', { ...goodHeader, typ: 'JWT' }, goodPayload],
  ['no type', { ...goodHeader, typ: undefined }, goodPayload],
  ['alg none', { ...goodHeader, alg: 'none' }, goodPayload],
  ['a symmetric alg', { ...goodHeader, alg: 'HS256' }, goodPayload],
  ['critical extensions', { ...goodHeader, crit: ['b64'] }, goodPayload],
  ['a private key', { ...goodHeader, jwk: { ...signer.jwk, d: 'AAAA' } }, goodPayload],
  ['a symmetric key', { ...goodHeader, jwk: { kty: 'oct', k: 'AAAA' } }, goodPayload],
  ['another curve', { ...goodHeader, jwk: { ...signer.jwk, crv: 'P-384' } }, goodPayload],
  ['a short coordinate', { ...goodHeader, jwk: { ...signer.jwk, x: 'AAAA' } }, goodPayload],
  ['no key', { ...goodHeader, jwk: undefined }, goodPayload],
  ['no jti', goodHeader, { ...goodPayload, jti: undefined }],
  ['an endless jti', goodHeader, { ...goodPayload, jti: 'j'.repeat(129) }],
  ['an iat that is text', goodHeader, { ...goodPayload, iat: '1' }],
  ['a nonce that is a number', goodHeader, { ...goodPayload, nonce: 1 }],
])('refuses a proof with %s', (_, header, payload) => {
  expect(parseDpopProof(forge(goodHeader, goodPayload))).toBeDefined();
  expect(parseDpopProof(forge(header, payload))).toBeUndefined();
});

test('refuses a signature that is not 64 bytes, such as DER', () => {
  expect(parseDpopProof(forge(goodHeader, goodPayload, Buffer.alloc(70)))).toBeUndefined();
});

test('never throws on any text', () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      expect(parseDpopProof(text)).toBeUndefined();
    }),
  );
});

test('the thumbprint is that of RFC 7638: required members, sorted', () => {
  const key: DeviceJwk = {
    kty: 'EC',
    crv: 'P-256',
    x: 'l8tFrhx-34tV3hRICRDY9zCkDlpBhF42UQUfWVAWBFs',
    y: '9VE4jf_Ok_o64zbTTlcuNJajHmt6v9TDVrU0CdvGRDA',
  };
  const jkt = createHash('sha256').update(thumbprintInput(key)).digest('base64url');
  // The key and the thumbprint printed in RFC 9449 §4.1 and §6.1.
  expect(jkt).toBe('0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I');
});

test.each([
  ['https://API.Example:443/a?b#c', 'https://api.example/a'],
  ['https://api.example', 'https://api.example/'],
  ['https://api.example:8443/A%2fb', 'https://api.example:8443/A%2fb'],
  ['http://127.0.0.1:80/x', 'http://127.0.0.1/x'],
])('htu of %s', (url, htu) => {
  expect(htuOf(url)).toBe(htu);
});
