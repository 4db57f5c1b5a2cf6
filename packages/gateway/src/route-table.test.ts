import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readTarget } from './read-target.ts';
import { compileRouteTable } from './route-table.ts';

const routes = [
  { method: ['GET'] as const, path: '/orders/mine' },
  { method: ['GET', 'POST'] as const, path: '/orders' },
  { method: ['GET'] as const, path: '/orders/:id' },
  { method: ['DELETE'] as const, path: '/orders/:id' },
  { method: ['GET'] as const, path: '/files/private' },
  { method: ['GET'] as const, path: '/files/**' },
  { method: ['GET'] as const, path: '/admin' },
  { method: ['GET'] as const, path: '/:page' },
];
const table = compileRouteTable(routes.map((route) => ({ ...route, method: [...route.method] })));
const look = (method: string, path: string) => {
  const target = readTarget(path);
  if (target === undefined) return 'malformed';
  const match = table(target, method);
  if ('route' in match) return match.route.path;
  return 'allow' in match ? `allow ${match.allow}` : 'ambiguous' in match ? 'ambiguous' : 'unlisted';
};

test.each([
  ['GET', '/orders', '/orders'],
  ['GET', '/orders/7', '/orders/:id'],
  ['GET', '/orders/ABC-7', '/orders/:id'],
  ['GET', '/orders/mine', '/orders/mine'],
  ['DELETE', '/orders/mine', '/orders/:id'],
  ['GET', '/files', '/files/**'],
  ['GET', '/files/a/B/c.txt', '/files/**'],
  ['GET', '/files/private', '/files/private'],
  ['GET', '/about', '/:page'],
  ['GET', '/caf%C3%A9', '/:page'],
  ['GET', '/', 'unlisted'],
  ['GET', '/orders/7/items', 'unlisted'],
  ['GET', '/other/thing', 'unlisted'],
  ['HEAD', '/orders', 'allow GET, POST'],
  ['PUT', '/orders/7', 'allow DELETE, GET'],
  ['get', '/orders', 'allow GET, POST'],
  ['GET', '/files/', '/files/**'],
])('%s %s is %s', (method, path, expected) => {
  expect(look(method, path)).toBe(expected);
});

test.each([
  '/ADMIN',
  '/Admin',
  '/admin;x=1',
  '/Orders',
  '/files/private/',
  '/files/PRIVATE',
  '/files/private;v=1',
  '/orders/MINE',
  '/orders/mine;a',
])('a lenient upstream would take %s for a stricter route, so it is ambiguous', (path) => {
  expect(look('GET', path)).toBe('ambiguous');
});

test('of two routes that match, the first listed counts', () => {
  const one = { method: ['GET' as const], path: '/a/:x' };
  const other = { method: ['GET' as const], path: '/:y/b' };
  const target = { path: '/a/b', foldable: false };
  expect(compileRouteTable([one, other])(target, 'GET')).toEqual({ route: one });
  expect(compileRouteTable([other, one])(target, 'GET')).toEqual({ route: other });
});

test('a path listed twice for a method stops the start', () => {
  const twice = { method: ['GET' as const], path: '/a/:x' };
  expect(() => compileRouteTable([twice, { ...twice, path: '/a/:y' }])).toThrow('Two routes list GET /a/:y');
});

test('property: whatever the spelling, /admin is reached by its own name only', () => {
  const spellings = fc.array(fc.tuple(fc.constantFrom(...'admin'), fc.constantFrom('same', 'upper', 'escaped')), {
    minLength: 5,
    maxLength: 5,
  });
  fc.assert(
    fc.property(spellings, fc.constantFrom('', '/', ';', ';a=b', '%20'), (letters, suffix) => {
      const path = `/${[...'admin'].map((letter, index) => spell(letter, letters[index]?.[1])).join('')}${suffix}`;
      const found = look('GET', path);
      if (found === '/admin') expect(path).toBe('/admin');
      if (suffix !== '%20') expect(found).not.toBe('/:page');
    }),
  );
});

function spell(letter: string, how = 'same'): string {
  if (how === 'upper') return letter.toUpperCase();
  return how === 'escaped' ? `%${letter.charCodeAt(0).toString(16)}` : letter;
}
