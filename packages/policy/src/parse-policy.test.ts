import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parsePolicy } from './parse-policy.ts';
import { PolicyError } from './policy-error.ts';
import { exampleOf, type JsonSchema, policyJsonSchema } from './policy-json-schema.ts';

const good = {
  gateway: { upstream: 'http://127.0.0.1:3000' },
  auth: { clients: [{ id: 'app', name: 'App', redirectUris: ['com.example.app:/in'] }] },
  routes: [{ method: 'GET', path: '/orders' }],
};

/** The lines of the error that parsing gives. */
function problemsOf(value: unknown): string[] {
  try {
    parsePolicy(value);
  } catch (error) {
    if (error instanceof PolicyError) return error.message.split('\n');
    throw error;
  }
  return [];
}

test('completes every default, durations in milliseconds', () => {
  const policy = parsePolicy(good);
  expect(policy.gateway.listen).toEqual({ host: '127.0.0.1', port: 8443 });
  expect(policy.auth).toMatchObject({ listen: { port: 9443 }, accessTokenLifetime: 900_000, refreshTokenLifetime: 2_592_000_000 });
  expect(policy.auth.signInLimits.user).toEqual({ limit: 5, window: 900_000 });
  expect(policy.routes).toEqual([{ method: ['GET'], path: '/orders', access: 'user', scopes: [], proof: 'required', idempotency: 'off' }]);
  expect(parsePolicy({ ...good, gateway: { upstream: 'http://127.0.0.1:3000/', listen: { host: '0.0.0.0' } } }).gateway).toEqual({
    upstream: 'http://127.0.0.1:3000',
    listen: { host: '0.0.0.0', port: 8443 },
  });
});

test('says everything that is wrong at once, each with what to write instead', () => {
  const problems = problemsOf({
    gateway: { upstraem: 'http://127.0.0.1:3000', listen: { port: '8443' }, publicUrl: 'https://api.example.com/' },
    auth: { clients: [{ id: 'an app', redirectUris: ['myapp:/in'] }], accessTokenLifetime: '2h', refreshTokenLifetime: 30 },
    routes: [{ method: ['GET', 'PSOT'], path: 'orders' }, { method: 'FETCH', path: '/a', acess: 'public' }, 7],
    limits: { bodyBytes: -1, headerBytes: 2048.5 },
    database: 'x',
  });
  expect(problems.sort()).toEqual(
    [
      'gateway.listen.port: must be a number, not text; write for instance 8443',
      'gateway.publicUrl: must be https:// and a host, without path or trailing slash; write for instance "https://api.example.com"',
      'gateway.upstream: is missing; write for instance "http://127.0.0.1:3000"',
      'gateway.upstraem: no such key; did you mean upstream?',
      'auth.clients[0].id: must be 1 to 100 letters, digits, dots, dashes or underscores; write for instance "orders-app"',
      'auth.clients[0].name: is missing; write for instance "Orders"',
      'auth.clients[0].redirectUris[0]: must have a scheme made of your domain turned round, with a dot in it (com.example.app:/…); write for instance "com.example.app:/signed-in"',
      'auth.accessTokenLifetime: must be between 1m and 60m; write for instance "15m"',
      'auth.refreshTokenLifetime: must be a duration in quotes; write for instance "30d"',
      'routes[0].method[1]: "PSOT" is none of GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS; did you mean "POST"?',
      'routes[0].path: must be a path that begins with a slash, such as /orders, /orders/:id or /files/**; write for instance "/orders/:id"',
      'routes[1].method: "FETCH" is none of GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS, nor a list of them; write for instance "GET"',
      'routes[1].acess: no such key; did you mean access?',
      'routes[2]: must be a group of keys, not a number; write for instance {"method":"GET","path":"/orders/:id"}',
      'limits.bodyBytes: must be at least 0; write for instance 1048576',
      'limits.headerBytes: must be a whole number, not a fraction; write for instance 16384',
      'database: no such key; write one of gateway, auth, api, limits, rateLimits, routes',
    ].sort(),
  );
});

test.each([[undefined], [null], ['text'], [7], [[]], [{}]])('%j is no policy', (value) => {
  const problems = problemsOf(value);
  expect(problems.length).toBeGreaterThan(0);
  for (const problem of problems) expect(problem).toMatch(/is missing; write|must be a group of keys, not .*; write/);
});

test('what depends on two keys of a route', () => {
  expect(problemsOf({ ...good, routes: [{ method: 'GET', path: '/a', access: 'public', scopes: ['x'] }] })).toEqual([
    expect.stringContaining('routes[0].scopes: a public route has no token'),
  ]);
  expect(problemsOf({ ...good, routes: [{ method: 'GET', path: '/a', access: 'public', idempotency: 'required' }] })).toEqual([
    expect.stringContaining('routes[0].idempotency: a public route has no user'),
  ]);
});

test.each([
  'https://api.example.com/v1',
  'https://api.example.com?x',
  'https://user@api.example.com',
  'http://api.example.com',
  'api.example.com',
  'HTTPS://API.example.com',
  'https://api.example.com:443',
])('%s is no origin to compare tokens with', (publicUrl) => {
  expect(problemsOf({ ...good, gateway: { ...good.gateway, publicUrl } })).toHaveLength(1);
});

test.each(['http://127.0.0.1:3000/api', 'http://a:b@127.0.0.1', 'ftp://127.0.0.1', 'http://127.0.0.1?x', '127.0.0.1:3000'])(
  '%s is no upstream',
  (upstream) => {
    expect(problemsOf({ ...good, gateway: { upstream } })).toHaveLength(1);
  },
);

test('any JSON value gives a policy or a PolicyError, never another throw', () => {
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 6 }), (value) => {
      problemsOf(value);
    }),
  );
});

/** Values that look like the schema and go wrong somewhere: much nearer to real mistakes than random JSON. */
function nearly(schema: JsonSchema): fc.Arbitrary<unknown> {
  const wrong = fc.jsonValue({ maxDepth: 1 });
  const right = (): fc.Arbitrary<unknown> => {
    if (schema.properties !== undefined) {
      const parts = Object.fromEntries(Object.entries(schema.properties).map(([name, part]) => [name, nearly(part)]));
      return fc
        .tuple(
          fc.record(parts, { requiredKeys: [] }),
          fc.dictionary(fc.constantFrom('__proto__', 'constructor', 'toString', 'pth', 'x'), wrong, { maxKeys: 1 }),
        )
        .map(([known, unknown]) => ({ ...known, ...unknown }));
    }
    if (schema.items !== undefined) return fc.array(nearly(schema.items), { maxLength: 3 });
    if (schema.anyOf !== undefined) return fc.oneof(...schema.anyOf.map(nearly));
    if (schema.enum !== undefined) return fc.constantFrom(...schema.enum);
    return schema.type === 'integer' ? fc.integer() : fc.oneof(fc.constantFrom(...(schema.examples ?? ['x'])), fc.string());
  };
  return fc.oneof({ arbitrary: wrong, weight: 1 }, { arbitrary: right(), weight: 12 });
}

test('nor does any value made like a policy with mistakes in it; each problem is one line with a remedy', () => {
  fc.assert(
    fc.property(nearly(policyJsonSchema()), (value) => {
      for (const problem of problemsOf(value)) expect(problem).toMatch(/^\S.*; \S/);
    }),
    { numRuns: 400 },
  );
});

test('a key called __proto__ is unknown, not a prototype', () => {
  expect(problemsOf(JSON.parse(`{"__proto__":{"x":1},${JSON.stringify(good).slice(1)}`))).toEqual([
    expect.stringContaining('__proto__: no such key'),
  ]);
});

test('every key of the schema says what it means, and has an example, a default or a choice to put into a message', () => {
  const visit = (schema: JsonSchema, path: string): void => {
    for (const [name, part] of Object.entries(schema.properties ?? {})) {
      expect(part.description, `${path}.${name}`).toBeTruthy();
      expect(exampleOf(part), `${path}.${name}`).toBeDefined();
      visit(part, `${path}.${name}`);
    }
    if (schema.items !== undefined) visit(schema.items, `${path}[]`);
  };
  visit(policyJsonSchema(), '');
});

test('the example of the whole is a policy', () => {
  expect(problemsOf(exampleOf(policyJsonSchema()))).toEqual([]);
});

test('the JSON Schema shows durations as text, as a team writes them', () => {
  const { auth } = policyJsonSchema().properties as Record<string, JsonSchema>;
  expect(auth?.properties?.accessTokenLifetime).toMatchObject({ type: 'string', default: '15m' });
});
