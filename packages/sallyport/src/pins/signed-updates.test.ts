import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type CredentialStore, createPinUpdates, type PinPolicy } from '@sallyport/client';
import { createMemoryStore } from '@sallyport/client/memory';
import { createPinSetSource, createPinSetStore, nodePlatform, readPinSetKey, verifyPinSetSignature } from '@sallyport/client/node';
import { addHost, makePlan, newSigningKey, openSigningKey, type Pin, pinOfKey, signPinSet } from '@sallyport/pins';
import { freshKey } from '@sallyport/pins/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { HOST, type Issuer, openPinnedWorld, type PinnedWorld } from './testing/pinned-world.ts';

const DAY = 86_400_000;
const START = Date.parse('2026-12-01T00:00:00Z');
const PASSPHRASE = 'a long enough passphrase';
const [release, second] = [newSigningKey('p256', PASSPHRASE), newSigningKey('ed25519', PASSPHRASE)];
const [leaf, backup, next, rogue] = [freshKey(), freshKey(), freshKey(), freshKey()];

let world: PinnedWorld;
let issuer: Issuer;
beforeAll(async () => {
  world = await openPinnedWorld(START);
  issuer = await world.makeIssuer('Updates');
});
afterAll(() => world.close());
beforeEach(async () => {
  world.now = START;
  world.token = undefined;
  await world.serve(leaf, issuer, 90);
});

type Key = ReturnType<typeof freshKey>;
const pinOf = (key: Key, role: Pin['role']): Pin => ({ pin: pinOfKey(key), kind: 'spki', role, state: 'active', carriedBy: [] });

function signed(version: number, keys: readonly [Key, Key], breakGlass = false): string {
  return signedPins(version, [pinOf(keys[0], 'leaf'), pinOf(keys[1], 'backup')], breakGlass);
}

function signedPins(version: number, pins: readonly Pin[], breakGlass = false): string {
  const host = { host: HOST, includeSubdomains: false, reportOnly: false, afterExpiry: 'refuse' as const, keepsKey: true };
  const set = { ...addHost(undefined, { ...host, pins: [...pins] }), version };
  const key = openSigningKey((breakGlass ? second : release).privatePem, PASSPHRASE, 'key');
  return signPinSet(set, { key, now: world.now, plan: makePlan({ set, now: world.now }), breakGlass, acceptSinglePath: 'a test' });
}

const builtIn: { version: number; policy: PinPolicy } = {
  version: 1,
  policy: { hosts: { [HOST]: { pins: [pinOfKey(leaf), pinOfKey(backup)] } } },
};

interface AppOptions {
  readonly store?: CredentialStore;
  readonly withSecondKey?: boolean;
  readonly policy?: PinPolicy;
}

function makeApp({ store = createMemoryStore(), withSecondKey = true, policy = builtIn.policy }: AppOptions = {}) {
  const source = createPinSetSource({ api: `https://${HOST}`, ...world.way, now: () => world.now });
  const breakGlassKey = withSecondKey ? readPinSetKey(second.publicPem) : undefined;
  const keys = { releaseKey: readPinSetKey(release.publicPem), breakGlassKey };
  const make = () =>
    createPinUpdates({
      host: HOST,
      builtIn: { ...builtIn, policy },
      source,
      store,
      ...keys,
      verify: verifyPinSetSignature,
      now: () => world.now,
    });
  return { store, updates: make(), restart: make };
}
const pinsOf = (policy: PinPolicy) => policy.hosts[HOST]?.pins;

test('a set is fetched from the gateway, kept, and in force from the next start on', async () => {
  const app = makeApp();
  expect(await app.updates.atStart()).toEqual(builtIn);
  world.token = signed(2, [leaf, next]);
  expect(await app.updates.refresh()).toEqual({ outcome: 'kept', version: 2, breakGlass: false });
  const started = await app.restart().atStart();
  expect(started).toMatchObject({ version: 2 });
  expect(pinsOf(started.policy)).toEqual([pinOfKey(leaf), pinOfKey(next)]);
  expect(await world.call(started.policy)).toBe('ok');
  expect(await app.updates.refresh()).toEqual({ outcome: 'none' });
});

test('without a set at the gateway nothing changes, and an older one is refused', async () => {
  const app = makeApp();
  expect(await app.updates.refresh()).toEqual({ outcome: 'none' });
  world.token = signed(5, [leaf, next]);
  await app.updates.refresh();
  world.token = signed(4, [leaf, backup]);
  expect(await app.updates.refresh()).toEqual({ outcome: 'refused', refusal: 'rollback' });
  expect((await app.restart().atStart()).version).toBe(5);
});

test('a set that would lock its own bringer out is refused over the connection it came over', async () => {
  const app = makeApp();
  world.token = signed(2, [next, freshKey()]);
  expect(await app.updates.refresh()).toEqual({ outcome: 'refused', refusal: 'pins-miss-connection' });
  expect(await app.restart().atStart()).toEqual(builtIn);
});

test('a set kept but not yet in force does not decide over the next look: the pins of the start do', async () => {
  const app = makeApp();
  await app.updates.atStart();
  world.token = signed(2, [leaf, next]);
  await app.updates.refresh();
  // The key that only the kept set knows.
  await world.serve(next, issuer, 90);
  world.token = signed(3, [next, backup]);
  await expect(app.updates.refresh()).resolves.toEqual({ outcome: 'refused', refusal: 'pins-miss-connection' });
  const restarted = app.restart();
  expect((await restarted.atStart()).version).toBe(2);
  expect(await restarted.refresh()).toMatchObject({ outcome: 'kept', version: 3 });
});

test('many looks at once are one, and the newest set stays', async () => {
  const app = makeApp();
  world.token = signed(2, [leaf, next]);
  const looks = await Promise.all(Array.from({ length: 20 }, () => app.updates.refresh()));
  expect(new Set(looks.map(({ outcome }) => outcome))).toEqual(new Set(['kept']));
  expect((await app.restart().atStart()).version).toBe(2);
});

describe('whoever intercepts with a certificate the device trusts', () => {
  beforeEach(() => world.serve(rogue, issuer, 90));
  const forgedSignature = (token: string) => `${token.slice(0, -4)}AAAA`;

  test.each([
    ['a genuine set that is newer', () => signed(9, [leaf, next]), 'pins-miss-connection'],
    ['a genuine set with their own key in it, as if the release key had signed it', () => signed(9, [rogue, next]), 'pins-miss-connection'],
    ['a genuine set that is older', () => signed(1, [leaf, backup]), 'rollback'],
    ['a set of their own', () => forgedSignature(signed(9, [rogue, next])), 'signature-invalid'],
    ['a break-glass set of their own', () => forgedSignature(signed(9, [rogue, next], true)), 'signature-invalid'],
    ['an old break-glass set', () => signed(2, [rogue, next], true), 'rollback'],
    ['noise', () => 'noise', 'signed-set-malformed'],
  ])('cannot bring %s', async (_, token, refusal) => {
    const store = createMemoryStore();
    // Version 3 is in force, unless the older set is to be older than the built-in one.
    await store.save(signed(3, [leaf, backup]));
    const app = makeApp({ store });
    expect(await app.updates.atStart()).toMatchObject({ version: 3 });
    world.token = token();
    expect(await app.updates.refresh()).toEqual({ outcome: 'refused', refusal });
    expect((await app.restart().atStart()).version).toBe(3);
  });

  test('cannot bring an expired break-glass set', async () => {
    world.token = signed(2, [rogue, next], true);
    world.now = START + 40 * DAY;
    expect(await makeApp().updates.refresh()).toEqual({ outcome: 'refused', refusal: 'signed-set-expired' });
  });

  test('is not even asked a second time by an app without a second key', async () => {
    world.token = signed(9, [rogue, next]);
    await expect(makeApp({ withSecondKey: false }).updates.refresh()).rejects.toMatchObject({ failure: 'pin-failure' });
  });

  test('with no set to offer is told of as what it is: a pin failure', async () => {
    await expect(makeApp().updates.refresh()).rejects.toMatchObject({ failure: 'pin-failure', requestSent: false });
  });
});

test('when every pinned key is lost, the second key brings the apps back', async () => {
  const app = makeApp();
  await world.serve(next, issuer, 90);
  expect(await world.call((await app.updates.atStart()).policy)).toBe('pin-failure');
  world.token = signed(2, [next, freshKey()], true);
  expect(await app.updates.refresh()).toEqual({ outcome: 'kept', version: 2, breakGlass: true });
  expect(await world.call((await app.restart().atStart()).policy)).toBe('ok');
});

test('pins tried out in report mode let a set through that matches the connection, and no other', async () => {
  const reporting: PinPolicy = { ...builtIn.policy, mode: 'report' };
  await world.serve(rogue, issuer, 90);
  const updates = makeApp({ policy: reporting }).updates;
  world.token = signed(2, [leaf, next]);
  expect(await updates.refresh()).toEqual({ outcome: 'refused', refusal: 'pins-miss-connection' });
  world.token = signed(2, [rogue, next]);
  expect(await updates.refresh()).toMatchObject({ outcome: 'kept' });
});

test('a kept set stays in force beyond its time; a new one that is out of time is refused', async () => {
  const app = makeApp();
  world.token = signed(2, [leaf, next]);
  await app.updates.refresh();
  const late = signed(3, [leaf, backup]);
  world.now = START + 40 * DAY;
  expect((await app.restart().atStart()).version).toBe(2);
  world.token = late;
  expect(await app.updates.refresh()).toEqual({ outcome: 'refused', refusal: 'signed-set-expired' });
});

test.each([
  ['noise', () => 'noise'],
  ['a set of a stranger', () => `${signed(9, [rogue, next]).slice(0, -4)}AAAA`],
  ['a set older than the app itself', () => signed(1, [rogue, next])],
])('%s in the store is not believed', async (_, text) => {
  const store = createMemoryStore();
  await store.save(text());
  expect(await makeApp({ store }).updates.atStart()).toEqual(builtIn);
});

test('whole certificates are pinned by a signed set too', async () => {
  const whole = { ...pinOf(leaf, 'leaf'), pin: world.seen.certificates?.[0] as Pin['pin'], kind: 'certificate' as const };
  // With the second key, because the planner rightly refuses a leaf that ends at the next renewal.
  world.token = signedPins(2, [whole, pinOf(next, 'backup')], true);
  const app = makeApp();
  expect(await app.updates.refresh()).toMatchObject({ outcome: 'kept' });
  const { policy } = await app.restart().atStart();
  expect(await world.call(policy)).toBe('ok');
  await world.serve(leaf, issuer, 90);
  expect(await world.call(policy)).toBe('pin-failure');
});

test('an intercepted app fails, and its report is counted at the gateway by app version', async () => {
  // The report itself goes the way of the interceptor, who lets it pass.
  await world.serve(rogue, issuer, 90);
  for (const [appVersion, apps] of [
    ['1.0', 3],
    ['1.1', 1],
  ] as const) {
    for (let app = 0; app < apps; app++) {
      const platform = nodePlatform({
        ...world.way,
        pins: builtIn.policy,
        pinReports: { api: `https://${HOST}`, appVersion, setVersion: 1 },
      });
      const request = { method: 'GET', url: `https://${HOST}/ping`, headers: {}, body: undefined, maxBytes: 1000 };
      await expect(platform.transport.send({ ...request, signal: new AbortController().signal })).rejects.toMatchObject({
        failure: 'pin-failure',
      });
      await platform.transport.close();
    }
  }
  const counted = () => world.lines.filter(({ event }) => event === 'pin-report').map(({ appVersion, count }) => `${appVersion}: ${count}`);
  // The log tells of the first, the second, the fourth and so on.
  await expect.poll(() => counted().sort()).toEqual(['1.0: 1', '1.0: 2', '1.1: 1']);
  expect(world.lines.at(-1)).toMatchObject({ host: HOST, setVersion: 1, seen: expect.arrayContaining([pinOfKey(rogue)]) });
});

/** An app in a process of its own: it looks for a set, and stays for ever just before or just after it has kept one. */
const APP = `
  import { createPinUpdates } from '@sallyport/client';
  import { createPinSetSource, createPinSetStore, readPinSetKey, verifyPinSetSignature } from '@sallyport/client/node';
  const { path, way, builtIn, host, releasePem, now, keeps } = JSON.parse(process.argv[1]);
  const store = createPinSetStore(path);
  const stay = () => new Promise((resolve) => { setInterval(() => {}, 60_000); process.stdout.write('here'); });
  const updates = createPinUpdates({
    host, builtIn,
    source: createPinSetSource({ api: 'https://' + host, ...way }),
    store: { ...store, save: async (text) => { if (keeps) await store.save(text); await stay(); } },
    releaseKey: readPinSetKey(releasePem), verify: verifyPinSetSignature, now: () => now,
  });
  await updates.refresh();
`;

test.each([
  ['before it has kept the set', false, 1],
  ['after', true, 2],
])('an app that is killed between fetch and next start, %s', async (_, keeps, version) => {
  const folder = mkdtempSync(join(tmpdir(), 'app-'));
  try {
    const path = join(folder, 'set');
    world.token = signed(2, [leaf, next]);
    const told = { path, way: world.way, builtIn, host: HOST, releasePem: release.publicPem, now: world.now, keeps };
    const args = ['--disable-warning=ExperimentalWarning', '--input-type=module', '-e', APP, JSON.stringify(told)];
    const child = spawn(process.execPath, args, { cwd: import.meta.dirname, stdio: ['ignore', 'pipe', 'inherit'] });
    await Promise.race([once(child.stdout, 'data'), once(child, 'exit')]);
    child.kill('SIGKILL');
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
    expect(child.signalCode).toBe('SIGKILL');
    const started = await makeApp({ store: createPinSetStore(path) }).updates.atStart();
    expect(started.version).toBe(version);
    expect(await world.call(started.policy)).toBe('ok');
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
