import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { readPinPolicy } from './pin-policy.ts';

const pin = (text: string) => createHash('sha256').update(text).digest('base64');

test('a good policy is read: hosts in lower case, pins in one spelling, enforced unless told otherwise', () => {
  const { mode, hosts } = readPinPolicy({ hosts: { 'API.example': { pins: [`sha256/${pin('a')}`, pin('b')], expires: 5 } } });
  expect(mode).toBe('enforce');
  expect(hosts.get('api.example')).toEqual({ pins: new Set([pin('a'), pin('b')]), expires: 5 });
});

test.each<[string, object]>([
  ['no host', {}],
  ['one pin', { 'api.example': { pins: [pin('a')] } }],
  ['one pin in two spellings', { 'api.example': { pins: [pin('a'), `sha256/${pin('a')}`] } }],
  ['no pin', { 'api.example': { pins: [] } }],
  ['a pin that is none', { 'api.example': { pins: [pin('a'), 'abc'] } }],
  ['a pin in hex', { 'api.example': { pins: [pin('a'), createHash('sha256').update('b').digest('hex')] } }],
  ['a host with a port', { 'api.example:443': { pins: [pin('a'), pin('b')] } }],
  ['a host with a scheme', { 'https://api.example': { pins: [pin('a'), pin('b')] } }],
  ['a wildcard', { '*': { pins: [pin('a'), pin('b')] } }],
  ['a date that is none', { 'api.example': { pins: [pin('a'), pin('b')], expires: Number.NaN } }],
])('refuses %s', (_, hosts) => {
  expect(() => readPinPolicy({ hosts: hosts as never })).toThrow(expect.objectContaining({ code: 'invalid-option' }));
});
