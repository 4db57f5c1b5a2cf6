import { expect, test } from 'vitest';
import { checkPolicy } from './check-policy.ts';
import { parsePolicy } from './parse-policy.ts';
import type { PolicyInput } from './schema.ts';

const client = { id: 'app', name: 'App', redirectUris: ['com.example.app:/in'], scopes: ['orders:read'] };
const route: PolicyInput['routes'][number] = { method: 'GET', path: '/orders', scopes: ['orders:read'] };

function check(change: { gateway?: object; auth?: object; routes?: PolicyInput['routes'] }) {
  const policy = parsePolicy({
    gateway: { upstream: 'http://127.0.0.1:3000', ...change.gateway },
    auth: { clients: [client], ...change.auth },
    routes: change.routes ?? [route],
  });
  const { errors, warnings } = checkPolicy(policy);
  const lines = (problems: typeof errors) => problems.map(({ path, what, instead }) => `${path}: ${what}; ${instead}`);
  return { errors: lines(errors), warnings: lines(warnings) };
}

test('a plain policy gives nothing to say', () => {
  expect(check({})).toEqual({ errors: [], warnings: [] });
});

test('a scope nobody may have closes the route for everybody: an error', () => {
  const { errors } = check({ routes: [route, { method: 'POST', path: '/orders', scopes: ['orders:read', 'orders:write'] }] });
  expect(errors).toEqual([
    'routes[1].scopes[1]: no client may ask for the scope orders:write, so nobody can ever pass; add it to the scopes of a client in auth.clients',
  ]);
});

test('a scope no route asks for is a warning, one of OpenID Connect is not', () => {
  const { errors, warnings } = check({ auth: { clients: [{ ...client, scopes: ['orders:read', 'openid', 'admin'] }] } });
  expect(errors).toEqual([]);
  expect(warnings).toEqual(['auth.clients[0].scopes[2]: no route asks for the scope admin; take it out, or name it at a route']);
});

test('two apps with one id', () => {
  expect(check({ auth: { clients: [client, { ...client, name: 'Other' }] } }).errors).toEqual([
    'auth.clients[1].id: the client app is already auth.clients[0]; give each app an id of its own',
  ]);
});

test.each([
  ['http://10.0.0.7:3000', false],
  ['http://backend:3000', false],
  ['https://api.example.com', false],
  ['http://api.example.com', true],
  ['http://203.0.113.9:8080', true],
])('upstream %s: warned of: %s', (upstream, warned) => {
  expect(check({ gateway: { upstream } }).warnings.length > 0).toBe(warned);
});

test('one port for two servers is an error unless they listen on different addresses', () => {
  const on = (host: string, port: number) => ({ listen: { host, port } });
  expect(check({ gateway: on('127.0.0.1', 9443) }).errors).toEqual([
    'auth.listen.port: gateway and auth server cannot both listen on port 9443; write another port',
  ]);
  expect(check({ gateway: on('0.0.0.0', 9443) }).errors).toHaveLength(1);
  expect(check({ gateway: on('10.0.0.1', 443), auth: { clients: [client], ...on('10.0.0.2', 443) } }).errors).toEqual([]);
  expect(check({ gateway: on('127.0.0.1', 0), auth: { clients: [client], ...on('127.0.0.1', 0) } }).errors).toEqual([]);
});

test('a public name needs a certificate for it', () => {
  expect(check({ gateway: { publicUrl: 'https://api.example.com' } }).warnings).toEqual([
    'gateway.publicUrl: the development certificate is for localhost only, and api.example.com is another name; give gateway.tls a certificate for it',
  ]);
  expect(check({ gateway: { publicUrl: 'https://api.example.com', tls: { certificate: 'a', key: 'b' } } }).warnings).toEqual([]);
});

test('a route below one that matches all of it is dead: an error that names both', () => {
  expect(
    check({ routes: [{ method: 'GET', path: '/files/**', access: 'public' }, { method: ['POST', 'GET'], path: '/files/:id' }, route] })
      .errors,
  ).toEqual(['routes[1]: GET /files/:id can never match: routes[0] /files/** stands above and matches all of it; move it above routes[0]']);
});

test('the same route twice, also under another parameter name', () => {
  expect(check({ routes: [{ method: 'GET', path: '/a/:id' }, { method: 'GET', path: '/a/:name' }, route] }).errors).toEqual([
    'routes[1]: GET /a/:name is already routes[0] /a/:id; keep one of the two',
  ]);
  expect(check({ routes: [{ ...route, method: ['GET', 'GET'] }] }).errors).toEqual([
    'routes[0].method[1]: GET is listed twice; take one out',
  ]);
});

test('routes that cross are a warning; the wider one below the narrower is the normal order', () => {
  const { errors, warnings } = check({ routes: [{ method: 'GET', path: '/a/:x' }, { method: ['GET', 'PUT'], path: '/:y/b' }, route] });
  expect(errors).toEqual([]);
  expect(warnings).toEqual([
    'routes[1].path: GET /:y/b and routes[0] /a/:x match some of the same paths, and routes[0] counts for those; list the shared paths apart, above both',
  ]);
  expect(check({ routes: [route, { method: 'GET', path: '/orders/:id' }, { method: 'GET', path: '/**' }] }).warnings).toEqual([]);
});

test('two thousand routes are checked in well under a second each way', () => {
  const routes = Array.from({ length: 2000 }, (_, index) => ({
    method: 'GET' as const,
    path: `/r${index}/:a/:b`,
    scopes: ['orders:read'],
  }));
  expect(check({ routes })).toEqual({ errors: [], warnings: [] });
});
