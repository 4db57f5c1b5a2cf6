import fc from 'fast-check';
import { expect, test } from 'vitest';
import { findPinnedHost, formatPinnedHost, matchesPins, parsePinnedHost } from './pinned-host.ts';
import type { SpkiPin } from './spki-pin.ts';

const pin = fc.uint8Array({ minLength: 32, maxLength: 32 }).map((bytes) => Buffer.from(bytes).toString('base64') as SpkiPin);
const [A, B, C] = ['a', 'b', 'c'].map((letter) => Buffer.alloc(32, letter).toString('base64')) as [SpkiPin, SpkiPin, SpkiPin];

test('what is written reads back the same', () => {
  fc.assert(
    fc.property(
      fc.record({
        host: fc.stringMatching(/^[a-z][a-z0-9-]{0,6}[a-z]\.[a-z]{2,5}$/),
        includeSubdomains: fc.boolean(),
        reportOnly: fc.boolean(),
        expires: fc.option(fc.nat(), { nil: undefined }),
        afterExpiry: fc.constantFrom('refuse' as const, 'trust-store' as const),
        pins: fc.uniqueArray(pin, { minLength: 2, maxLength: 5 }),
        certificates: fc.uniqueArray(pin, { maxLength: 3 }),
      }),
      (host) => {
        expect(parsePinnedHost(JSON.parse(JSON.stringify(formatPinnedHost(host))))).toEqual(host);
      },
    ),
  );
});

test.each<[string, unknown]>([
  ['nothing', undefined],
  ['a list', []],
  ['one pin', { host: 'a.example', pins: [A] }],
  ['one pin twice', { host: 'a.example', pins: [A, A] }],
  ['a malformed pin', { host: 'a.example', pins: [A, 'x'] }],
  ['a number as pin', { host: 'a.example', pins: [A, 7] }],
  ['no pins', { host: 'a.example' }],
  ['a wildcard', { host: '*.example', pins: [A, B] }],
  ['a host in capitals', { host: 'A.example', pins: [A, B] }],
  ['text for a flag', { host: 'a.example', pins: [A, B], sub: 'yes' }],
  ['a fractional expiry', { host: 'a.example', pins: [A, B], exp: 1.5 }],
  ['too many pins', { host: 'a.example', pins: Array(65).fill(A) }],
])('refuses %s', (_, value) => {
  expect(parsePinnedHost(value as never)).toBeUndefined();
});

test('a name is governed by its own entry, else by the closest above it that includes subdomains', () => {
  const hosts = [
    { host: 'example.com', includeSubdomains: true },
    { host: 'api.example.com', includeSubdomains: false },
    { host: 'eu.example.com', includeSubdomains: true },
  ];
  const governing = (name: string) => findPinnedHost(hosts, name)?.host;
  expect(governing('example.com')).toBe('example.com');
  expect(governing('api.example.com')).toBe('api.example.com');
  expect(governing('v2.api.example.com')).toBe('example.com');
  expect(governing('a.b.eu.example.com')).toBe('eu.example.com');
  expect(governing('badexample.com')).toBeUndefined();
  expect(governing('com')).toBeUndefined();
});

test('keys match keys and certificates match certificates', () => {
  expect(matchesPins({ pins: [A, B], certificates: [C] }, { pins: [B] })).toBe(true);
  expect(matchesPins({ pins: [A, B], certificates: [C] }, { pins: [], certificates: [C] })).toBe(true);
  expect(matchesPins({ pins: [A, B], certificates: [C] }, { pins: [C], certificates: [A] })).toBe(false);
  expect(matchesPins({ pins: [A, B], certificates: [] }, { pins: [] })).toBe(false);
});
