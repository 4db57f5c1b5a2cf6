import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { readPinPolicy } from './pin-policy.ts';

const pin = (text: string) => createHash('sha256').update(text).digest('base64');
const hex = (text: string) => createHash('sha256').update(text).digest('hex');

test('a good policy is read: hosts in lower case, pins in one spelling, enforced unless told otherwise', () => {
  const { mode, hosts } = readPinPolicy({ hosts: { 'API.example': { pins: [`sha256/${pin('a')}`, pin('b')], expires: 5 } } });
  expect(mode).toBe('enforce');
  expect(hosts.get('api.example')).toEqual({ pins: new Set([pin('a'), pin('b')]), certificates: new Set(), expires: 5 });
});

test('fingerprints of certificates are read as openssl prints them or without colons, and count among the two', () => {
  const bare = hex('a');
  const printed = bare.toUpperCase().replace(/..(?!$)/g, '$&:');
  const read = (certificates: string[], pins: string[] = []) => readPinPolicy({ hosts: { a: { pins, certificates } } }).hosts.get('a');
  expect(read([printed], [pin('b')])?.certificates).toEqual(new Set([bare]));
  expect(() => read([printed, bare])).toThrow(expect.objectContaining({ code: 'invalid-option' }));
});

test.each<[string, object]>([
  ['no host', {}],
  ['one pin', { 'api.example': { pins: [pin('a')] } }],
  ['one pin in two spellings', { 'api.example': { pins: [pin('a'), `sha256/${pin('a')}`] } }],
  ['no pin', { 'api.example': { pins: [] } }],
  ['a pin that is none', { 'api.example': { pins: [pin('a'), 'abc'] } }],
  ['a pin in hex', { 'api.example': { pins: [pin('a'), hex('b')] } }],
  ['a fingerprint that is none', { 'api.example': { certificates: [hex('a'), hex('b').slice(2)] } }],
  ['a host with a port', { 'api.example:443': { pins: [pin('a'), pin('b')] } }],
  ['a host with a scheme', { 'https://api.example': { pins: [pin('a'), pin('b')] } }],
  ['a wildcard', { '*': { pins: [pin('a'), pin('b')] } }],
  ['a date that is none', { 'api.example': { pins: [pin('a'), pin('b')], expires: Number.NaN } }],
])('refuses %s', (_, hosts) => {
  expect(() => readPinPolicy({ hosts: hosts as never })).toThrow(expect.objectContaining({ code: 'invalid-option' }));
});
