import fc from 'fast-check';
import { expect, test } from 'vitest';
import { findEndpoint } from './endpoints.ts';

test.each<[string, string, readonly string[]]>([
  ['/token', '/token', ['POST']],
  ['/jwks', '/jwks', ['GET', 'HEAD']],
  [`/sign-in/${'a'.repeat(43)}`, '/sign-in/:uid', ['GET', 'HEAD', 'POST']],
  [`/authorize/${'a'.repeat(43)}`, '/authorize/:uid', ['GET', 'HEAD']],
])('%s is %s', (path, name, methods) => {
  expect(findEndpoint(path)).toMatchObject({ name, methods });
});

test('every other path is none, and no name ever holds the id', () => {
  const id = fc.stringMatching(/^[\w-]{20,64}$/);
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        fc.webPath(),
        id.map((uid) => `/sign-in/${uid}`),
        id.map((uid) => `/sign-in/${uid}/x`),
      ),
      (path) => {
        const endpoint = findEndpoint(path);
        if (endpoint?.uid !== undefined) expect(path).toBe(endpoint.name.replace(':uid', endpoint.uid));
        else if (endpoint !== undefined) expect(path).toBe(endpoint.name);
      },
    ),
  );
});
