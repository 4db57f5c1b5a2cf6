import { expect, test } from 'vitest';
import { isLoopbackHost, isPrivateHost } from './address.ts';

test.each(['localhost', 'LOCALHOST', 'api.localhost', '127.0.0.1', '127.8.9.1', '[::1]', '::1'])('%s is this machine', (host) => {
  expect(isLoopbackHost(host)).toBe(true);
  expect(isPrivateHost(host)).toBe(true);
});

test.each([
  '10.1.2.3',
  '172.31.0.1',
  '192.168.1.1',
  '169.254.1.1',
  '100.64.0.1',
  '[fd00::1]',
  '[fe80::1]',
  'backend',
  'api.internal',
  'nas.local',
])('%s is on a network of one’s own, but not this machine', (host) => {
  expect(isLoopbackHost(host)).toBe(false);
  expect(isPrivateHost(host)).toBe(true);
});

test.each([
  'api.example.com',
  '8.8.8.8',
  '172.32.0.1',
  '[2001:db8::1]',
  'localhost.example.com',
  '127.0.0.1.example.com',
  'notlocalhost.com',
])('%s is on the open internet', (host) => {
  expect(isLoopbackHost(host)).toBe(false);
  expect(isPrivateHost(host)).toBe(false);
});
