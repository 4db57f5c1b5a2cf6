import fc from 'fast-check';
import { expect, test } from 'vitest';
import { covers, overlaps, parseRoutePath, routePathProblem } from './route-path.ts';

test.each(['/', '/orders', '/orders/', '/orders/:id', '/:a/:b_2', '/files/**', '/**', '/caf%C3%A9', '/a.b~c-d_e', '/v1/me/$count'])(
  'accepts %s',
  (path) => {
    expect(routePathProblem(path)).toBeUndefined();
  },
);

test.each([
  ['orders', 'begins with a slash'],
  ['', 'begins with a slash'],
  ['/a//b', 'two slashes'],
  ['/a/../b', '. and ..'],
  ['/a/.', '. and ..'],
  ['/a/**/b', 'at its end'],
  ['/a*', 'at its end'],
  ['/a/*', 'at its end'],
  ['/:1', 'letters'],
  ['/:', 'letters'],
  ['/:id/:id', 'twice'],
  ['/a?b', 'characters'],
  ['/a b', 'characters'],
  ['/caf%c3%a9', 'upper case'],
  ['/a%2Fb', '%2F'],
  ['/a%5Cb', '%5C'],
  ['/a%00', '%00'],
  ['/%41', '%41'],
  ['/%2E%2E', '%2E'],
  ['/a%', 'characters'],
  [`/${'a'.repeat(2000)}`, '2000'],
])('refuses %s', (path, why) => {
  expect(routePathProblem(path)).toContain(why);
});

const segment = fc.constantFrom('a', 'b', ':x', ':y');
const routePath = fc
  .tuple(
    fc.uniqueArray(segment, { maxLength: 3, selector: (each) => (each.startsWith(':') ? each : Math.random()) }),
    fc.constantFrom('', '/', '/**'),
  )
  .map(([segments, end]) => segments.map((each) => `/${each}`).join('') + end)
  .filter((path) => path !== '');
const requestPath = fc
  .tuple(fc.array(fc.constantFrom('a', 'b', 'c'), { maxLength: 4 }), fc.constantFrom('', '/'))
  .map(([segments, end]) => segments.map((each) => `/${each}`).join('') + end || '/');

/** What a route matches, said once more in another way. */
function matches(route: string, path: string): boolean {
  const body = route.replace(/\/\*\*$/, '').replace(/:\w+/g, '[^/]+');
  return new RegExp(`^${body}${route.endsWith('/**') ? '(/.*)?' : ''}$`).test(path);
}

test('covers and overlaps agree with what the routes match', () => {
  fc.assert(
    fc.property(routePath, routePath, requestPath, (first, second, path) => {
      const [a, b] = [parseRoutePath(first), parseRoutePath(second)];
      if (covers(a, b) && matches(second, path)) expect(matches(first, path)).toBe(true);
      if (matches(first, path) && matches(second, path)) expect(overlaps(a, b)).toBe(true);
      expect(overlaps(a, b)).toBe(overlaps(b, a));
      if (covers(a, b)) expect(overlaps(a, b)).toBe(true);
    }),
    { numRuns: 3000 },
  );
});

test.each([
  ['/**', '/', true, true],
  ['/a/**', '/a', true, true],
  ['/a/**', '/a/', true, true],
  ['/a/:x', '/a/', false, false],
  ['/a/:x', '/a/b', true, true],
  ['/a/b', '/a/:x', false, true],
  ['/a/:x', '/:y/b', false, true],
  ['/a', '/a/**', false, true],
  ['/a/:x', '/a/**', false, true],
  ['/a', '/b', false, false],
])('%s against %s: covers %s, overlaps %s', (first, second, covering, overlapping) => {
  const [a, b] = [parseRoutePath(first), parseRoutePath(second)];
  expect([covers(a, b), overlaps(a, b)]).toEqual([covering, overlapping]);
});
