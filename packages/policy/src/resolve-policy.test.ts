import { expect, test } from 'vitest';
import { parsePolicy } from './parse-policy.ts';
import { PolicyError } from './policy-error.ts';
import { resolvePolicy } from './resolve-policy.ts';

const input = {
  gateway: { upstream: 'http://127.0.0.1:3000' },
  auth: { clients: [{ id: 'app', name: 'App', redirectUris: ['com.example.app:/in'] }] },
  routes: [{ method: 'GET', path: '/orders' }],
};

test('addresses follow from the ports', () => {
  const { gateway, auth, api } = resolvePolicy(parsePolicy(input));
  expect([gateway.publicUrl, auth.issuer, api.audience]).toEqual([
    'https://localhost:8443',
    'https://localhost:9443',
    'https://localhost:8443',
  ]);
});

test('the ports really taken count, and stand in the result', () => {
  const { gateway, auth } = resolvePolicy(parsePolicy(input), { gateway: 50_001, auth: 443 });
  expect([gateway.listen.port, gateway.publicUrl, auth.listen.port, auth.issuer]).toEqual([
    50_001,
    'https://localhost:50001',
    443,
    'https://localhost',
  ]);
});

test('what the team wrote stays', () => {
  const policy = parsePolicy({
    ...input,
    gateway: { ...input.gateway, publicUrl: 'https://api.example.com' },
    auth: { ...input.auth, issuer: 'https://login.example.com' },
    api: { audience: 'urn:orders' },
  });
  const { gateway, auth, api } = resolvePolicy(policy, { gateway: 1, auth: 2 });
  expect([gateway.publicUrl, auth.issuer, api.audience]).toEqual(['https://api.example.com', 'https://login.example.com', 'urn:orders']);
});

test('a policy that is wrong as a whole does not resolve', () => {
  const policy = parsePolicy({ ...input, routes: [...input.routes, ...input.routes] });
  expect(() => resolvePolicy(policy)).toThrow(PolicyError);
});
