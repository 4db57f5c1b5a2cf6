import { generateKeyPairSync, type KeyObject, randomUUID, sign } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ApiAuditResult, type CheckApiOptions, checkApi, runCheckApi } from '@sallyport/checker/api';
import { createClient } from '@sallyport/client';
import { nodePlatform } from '@sallyport/client/node';
import { allFlaws, type PlantedFlaw, plantedFlaws, startWeakApi, type WeakApi } from '@sallyport/example-weak-api';
import { policySchema, resolvePolicy } from '@sallyport/policy';
import { type DeviceJwk, parseCompactJws } from '@sallyport/protocol';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { checkIo } from './check-io.ts';
import { DEMO_CLIENT } from './stack/embedded-policy.ts';
import { pickPort } from './stack/pick-port.ts';
import { type Stack, startStack } from './stack/start-stack.ts';
import { openStateFolder } from './state-folder.ts';
import { captureIo } from './testing/capture-io.ts';
import { capturingTransport } from './tour/capturing-transport.ts';
import { formBrowser } from './tour/form-browser.ts';

// The same weak API twice: called directly, and by our gateway only.
let folder: string;
let direct: WeakApi;
let guarded: WeakApi;
let stack: Stack;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'sallyport-'));
  direct = await startWeakApi({ flaws: allFlaws });
  guarded = await startWeakApi({ flaws: allFlaws, behindGateway: true });
  const ports = { gateway: await pickPort('127.0.0.1', 0), auth: await pickPort('127.0.0.1', 0) };
  const policy = policySchema.parse({
    gateway: { upstream: guarded.url },
    auth: { clients: [{ id: DEMO_CLIENT.id, name: 'Orders', redirectUris: [DEMO_CLIENT.redirectUri], scopes: ['orders'] }] },
    // A short window, for whoever waits for its end; a limit that a flood exceeds on a slow machine too (20 requests a second).
    rateLimits: { address: { limit: 200, window: '5s' }, principal: { limit: 100, window: '5s' } },
    routes: [
      { method: 'GET', path: '/health', access: 'public' },
      { method: 'GET', path: '/orders', scopes: ['orders'] },
      { method: 'POST', path: '/orders', scopes: ['orders'], idempotency: 'optional' },
      { method: 'GET', path: '/orders/:id', scopes: ['orders'] },
      { method: 'GET', path: '/me', scopes: ['orders'] },
      { method: 'GET', path: '/customers', scopes: ['orders'] },
    ],
  });
  stack = await startStack({ policy: resolvePolicy(policy, ports), stateFolder: openStateFolder(folder), log: () => {} });
});

afterAll(async () => {
  await stack?.close();
  await Promise.all([direct?.close(), guarded?.close()]);
  rmSync(folder, { recursive: true });
});

/** Somebody signed in at our auth server by the real client, whose device key the test holds. */
async function signIn(name: string) {
  await stack.users.addUser(name, 'correct horse battery').catch(() => undefined);
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const { kty, crv, x, y } = privateKey.export({ format: 'jwk' });
  const key = {
    jwk: { kty, crv, x, y } as DeviceJwk,
    sign: async (input: string) => sign('sha256', Buffer.from(input), { key: privateKey, dsaEncoding: 'ieee-p1363' }),
  };
  const node = nodePlatform({
    extraAuthorities: [stack.certificateAuthority],
    browser: formBrowser(stack.certificateAuthority, { name, password: 'correct horse battery' }),
  });
  const transport = capturingTransport(node.transport);
  const deviceKey = { load: async () => key, create: async () => key, remove: async () => {} };
  const client = createClient({
    api: stack.gatewayUrl,
    issuer: stack.issuer,
    clientId: DEMO_CLIENT.id,
    redirectUri: DEMO_CLIENT.redirectUri,
    scopes: ['openid', 'orders'],
    resource: stack.audience,
    platform: { ...node, transport, deviceKey },
  });
  await client.signIn();
  const { accessToken, refreshToken } = JSON.parse((await node.store.read()) ?? '{}') as { accessToken: string; refreshToken: string };
  await node.transport.close();
  return { user: { accessToken, refreshToken, dpopKey: privateKey }, idToken: transport.idToken() };
}

/** The token an hour after its end, signed by our own key: nothing is wrong with it but its age. */
function expired(accessToken: string): string {
  const parsed = parseCompactJws(accessToken);
  if (parsed === undefined) throw new Error('the access token is no JWS');
  const { header, payload } = parsed;
  const keys = JSON.parse(readFileSync(join(folder, '.sallyport', 'signing-keys.json'), 'utf8'));
  const jwk = (Array.isArray(keys) ? keys : keys.keys).find(({ kid }: { kid: string }) => kid === header.kid);
  const claims = { ...payload, iat: Number(payload.iat) - 7200, exp: Number(payload.iat) - 3600, jti: randomUUID() };
  const input = [header, claims].map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.');
  const signature = sign('sha256', Buffer.from(input), { key: jwk, format: 'jwk', dsaEncoding: 'ieee-p1363' });
  return `${input}.${signature.toString('base64url')}`;
}

const common = { idempotentRoute: { method: 'POST', path: '/orders', body: '{"item":"lamp","quantity":1}' }, active: true } as const;

async function check(options: CheckApiOptions): Promise<readonly ApiAuditResult[]> {
  const outcome = await checkApi({ ...common, ...options }, {});
  if (outcome.kind !== 'checked') throw new Error(outcome.message);
  return outcome.results;
}

const idsIn = (results: readonly ApiAuditResult[], ...states: string[]) =>
  results.filter(({ state }) => states.includes(state)).map(({ audit }) => audit.id);

async function guardedOptions(): Promise<CheckApiOptions & { user: { accessToken: string; refreshToken: string; dpopKey: KeyObject } }> {
  const [first, second] = [await signIn('ann'), await signIn('bob')];
  const document = { ...JSON.parse(guarded.openapi), servers: [{ url: stack.gatewayUrl }] };
  return {
    url: `${stack.gatewayUrl}/orders`,
    ca: stack.certificateAuthority,
    openapi: JSON.stringify(document),
    user: first.user,
    idToken: first.idToken,
    secondUser: second.user,
    expiredToken: expired(first.user.accessToken),
    oauth: { clientId: DEMO_CLIENT.id, issuer: stack.issuer },
    pins: stack.pins,
  };
}

test('called directly, every planted flaw is found', { timeout: 60_000 }, async () => {
  const [ann, bob] = [direct.signIn('ann'), direct.signIn('bob')];
  const results = await check({
    url: `${direct.url}/orders`,
    ca: direct.authority,
    openapi: direct.openapi,
    plainHttpPort: direct.plainHttpPort,
    user: { accessToken: ann.access_token, refreshToken: ann.refresh_token },
    idToken: ann.id_token,
    secondUser: { accessToken: bob.access_token, refreshToken: bob.refresh_token },
    expiredToken: direct.expiredToken('ann'),
    oauth: { clientId: 'orders-app' },
    signIn: { url: `${direct.url}/sign-in`, user: 'bob' },
    alerts: { host: '127.0.0.1', port: 0, wait: 0, quiet: 0 },
    pins: [direct.pin, 'AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA='],
  });
  const found = new Set(idsIn(results, 'fail', 'warn'));
  // A session that is bound to no key has no binding to go wrong.
  const unbound = ['dpop-downgrade', 'dpop-replay'];
  const missed = plantedFlaws.filter(
    ({ id, foundBy }) => allFlaws.has(id) && foundBy.some((by) => !found.has(by) && !unbound.includes(by)),
  );
  expect(missed.map(({ id }) => id)).toEqual([]);
});

test('behind our gateway, only what no gateway can settle is left', { timeout: 90_000 }, async () => {
  const outcome = await checkApi({ ...common, ...(await guardedOptions()) }, {});
  if (outcome.kind !== 'checked') throw new Error(outcome.message);
  const left = (plantedFlaws as readonly PlantedFlaw[]).filter(({ stoppedByGateway }) => stoppedByGateway === false);
  const backend = [...new Set(left.flatMap(({ foundBy }) => foundBy))];
  expect(idsIn(outcome.results, 'fail', 'warn', 'error').sort()).toEqual([...backend, 'logout'].sort());
  // What is not judged proves nothing: our sign-in is a page, with tests of its own, and our tokens have no word as a secret.
  expect(idsIn(outcome.results, 'inconclusive')).toEqual([]);
  expect(idsIn(outcome.results, 'not-applicable')).toEqual(['weak-secret', 'user-enumeration', 'sign-in-lockout']);
  // Out means out of every session; what was issued lives on for minutes, and SECURITY.md says so.
  expect(outcome.results.find(({ audit }) => audit.id === 'logout')?.findings).toMatchObject([
    { message: expect.stringMatching(/^After signing out the access token still works, for 1[0-5] more minutes\.$/), severity: 'low' },
  ]);
  const remains = outcome.notices.find((notice) => notice.startsWith('The API stands behind a Sallyport gateway.')) ?? '';
  const [mendByBackend = '', mendByPolicy = ''] = remains.split('For the policy to mend:');
  for (const id of backend) expect(mendByBackend).toContain(`${id} (`);
  expect(mendByPolicy).toContain('logout (');
});

test('the report of the command says whose the rest is', { timeout: 60_000 }, async () => {
  const { user, secondUser } = await guardedOptions();
  const jwk = (key: KeyObject | undefined) => key?.export({ format: 'jwk' });
  const credentials = { user: { ...user, dpopKey: jwk(user.dpopKey) }, secondUser: { ...secondUser, dpopKey: jwk(secondUser?.dpopKey) } };
  const file = (name: string, text: string) => {
    writeFileSync(join(folder, name), text);
    return join(folder, name);
  };
  const io = captureIo({ cwd: folder });
  const code = await runCheckApi(
    {
      url: `${stack.gatewayUrl}/orders`,
      ca: file('ca.pem', stack.certificateAuthority),
      credentials: file('users.json', JSON.stringify(credentials)),
      oauth: { clientId: DEMO_CLIENT.id, issuer: stack.issuer },
    },
    checkIo(io),
  );
  expect([code, io.err()]).toEqual([1, '']);
  expect(io.out().replaceAll(/\s+/g, ' ')).toContain('For the backend to mend: object-access (it alone knows whose an object is)');
  expect(io.out()).not.toContain(user.accessToken);
});
