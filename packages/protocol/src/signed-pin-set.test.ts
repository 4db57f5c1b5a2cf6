import { createHash, generateKeyPairSync, type KeyObject, sign, verify } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { encodeBase64url } from './base64url.ts';
import {
  type PinSetKey,
  type PinSetVerification,
  parsePinSetToken,
  pinSetSigningInput,
  type SignedPinSet,
  verifyPinSet,
} from './signed-pin-set.ts';
import type { SpkiPin } from './spki-pin.ts';

interface TestKey extends PinSetKey {
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
}

function makeKey(alg: 'ES256' | 'EdDSA'): TestKey {
  const { privateKey, publicKey } = alg === 'ES256' ? generateKeyPairSync('ec', { namedCurve: 'P-256' }) : generateKeyPairSync('ed25519');
  const kid = createHash('sha256')
    .update(publicKey.export({ type: 'spki', format: 'der' }))
    .digest('base64url');
  return { alg, kid, privateKey, publicKey };
}

const hash = ({ alg }: PinSetKey) => (alg === 'ES256' ? 'sha256' : null);
const signature = (key: TestKey, input: string) => sign(hash(key), Buffer.from(input), { key: key.privateKey, dsaEncoding: 'ieee-p1363' });

const release = makeKey('ES256');
const breakGlass = makeKey('EdDSA');
const stranger = makeKey('ES256');
const NOW = 1_800_000_000;
const [A, B, C] = ['a', 'b', 'c'].map((letter) => Buffer.alloc(32, letter).toString('base64')) as [SpkiPin, SpkiPin, SpkiPin];

const host = { host: 'api.example', includeSubdomains: false, reportOnly: false, expires: undefined, afterExpiry: 'refuse' as const };
const good: SignedPinSet = { version: 5, issuedAt: NOW, expiresAt: NOW + 1000, hosts: [{ ...host, pins: [A, B], certificates: [] }] };

function token(set: SignedPinSet, key = release, bg = key === breakGlass, forge: (input: string) => string = (input) => input): string {
  const input = forge(pinSetSigningInput(set, key, bg));
  return `${input}.${encodeBase64url(signature(key, input))}`;
}

function check(text: string, change: Partial<PinSetVerification<TestKey>> = {}) {
  return verifyPinSet<TestKey>({
    token: text,
    releaseKey: release,
    breakGlassKey: breakGlass,
    verify: (key, input, bytes) => verify(hash(key), Buffer.from(input), { key: key.publicKey, dsaEncoding: 'ieee-p1363' }, bytes),
    now: NOW * 1000,
    currentVersion: 4,
    connection: { host: 'API.example', seen: { pins: [C, B] } },
    ...change,
  });
}

const reheader = (change: object) => (input: string) => {
  const [header = '', payload] = input.split('.');
  const parsed = JSON.parse(Buffer.from(header, 'base64url').toString());
  return `${Buffer.from(JSON.stringify({ ...parsed, ...change })).toString('base64url')}.${payload}`;
};

test('a set signed with the release key is taken in over a connection its pins match', async () => {
  expect(await check(token(good))).toEqual({ set: good, breakGlass: false });
});

test('only the break-glass key is excused from matching the connection', async () => {
  const unmatched = { connection: { host: 'api.example', seen: { pins: [C] } } };
  expect(await check(token(good), unmatched)).toEqual({ refusal: 'pins-miss-connection' });
  expect(await check(token(good, breakGlass), unmatched)).toEqual({ set: good, breakGlass: true });
  expect(await check(token(good), { connection: { host: 'other.example', seen: { pins: [A] } } })).toEqual({
    refusal: 'pins-miss-connection',
  });
});

describe('refuses', () => {
  const tampered = (text: string) => {
    const [header, payload = '', bytes] = text.split('.');
    const changed = Buffer.from(payload, 'base64url').toString().replace('"ver":5', '"ver":6');
    return `${header}.${Buffer.from(changed).toString('base64url')}.${bytes}`;
  };
  test.each<[string, string, string, Partial<PinSetVerification<TestKey>>?]>([
    ['an unknown key', token(good, stranger), 'signature-invalid'],
    ['a changed payload', tampered(token(good)), 'signature-invalid'],
    ['the break-glass key where there is none', token(good, breakGlass), 'signature-invalid', { breakGlassKey: undefined }],
    ['an algorithm of the token’s choice', token(good, release, false, reheader({ alg: 'none' })), 'signature-invalid'],
    ['the other algorithm', token(good, release, false, reheader({ alg: 'EdDSA' })), 'signature-invalid'],
    ['a key that claims to be another', token(good, stranger, false, reheader({ kid: release.kid })), 'signature-invalid'],
    ['another kind of token', token(good, release, false, reheader({ typ: 'at+jwt' })), 'signed-set-malformed'],
    ['an extension it must understand', token(good, release, false, reheader({ crit: ['b64'] })), 'signed-set-malformed'],
    ['noise', 'abc', 'signed-set-malformed'],
    ['an ordinary set under the break-glass key', token(good, breakGlass, false), 'signed-set-malformed'],
    ['a break-glass set under the release key', token(good, release, true), 'signed-set-malformed'],
    ['the version in force', token(good), 'rollback', { currentVersion: 5 }],
    ['an older version', token(good), 'rollback', { currentVersion: 9 }],
    ['an older version from the break-glass key', token(good, breakGlass), 'rollback', { currentVersion: 9 }],
    ['a set whose time is over', token(good), 'signed-set-expired', { now: (NOW + 1000) * 1000 }],
    ['a set from the future', token(good), 'signed-set-from-future', { now: (NOW - 86_401) * 1000 }],
    ['a host with one pin', token({ ...good, hosts: [{ ...host, pins: [A], certificates: [] }] }), 'signed-set-malformed'],
    ['a host twice', token({ ...good, hosts: [...good.hosts, ...good.hosts] }), 'signed-set-malformed'],
    ['no host', token({ ...good, hosts: [] }), 'signed-set-malformed'],
    ['version zero', token({ ...good, version: 0 }), 'signed-set-malformed'],
    ['a life that ends before it begins', token({ ...good, expiresAt: NOW }), 'signed-set-malformed'],
    ['everything, when verifying throws', token(good), 'signature-invalid', { verify: () => Promise.reject(new Error('no')) }],
    ['everything, when verifying says something else than true', token(good), 'signature-invalid', { verify: () => 'yes' as never }],
  ])('%s', async (_name, text, refusal, change) => {
    expect(await check(text, change)).toEqual({ refusal });
  });
});

test('without a key a set can be told from another token, and read, but nothing more', () => {
  expect(parsePinSetToken(token(good, stranger, false))).toEqual({ set: good, breakGlass: false });
  expect(parsePinSetToken(token(good, breakGlass))).toEqual({ set: good, breakGlass: true });
  expect(parsePinSetToken(token(good, release, false, reheader({ typ: 'at+jwt' })))).toBeUndefined();
  expect(parsePinSetToken(token({ ...good, hosts: [] }))).toBeUndefined();
  expect(parsePinSetToken('noise')).toBeUndefined();
});
