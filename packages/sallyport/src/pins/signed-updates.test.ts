import { createPinUpdates, type PinPolicy } from '@sallyport/client';
import { createMemoryStore } from '@sallyport/client/memory';
import { createPinSetSource, readPinSetKey, sendPinReport, verifyPinSetSignature } from '@sallyport/client/node';
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
  const host = { host: HOST, includeSubdomains: false, reportOnly: false, afterExpiry: 'refuse' as const, keepsKey: true };
  const set = { ...addHost(undefined, { ...host, pins: [pinOf(keys[0], 'leaf'), pinOf(keys[1], 'backup')] }), version };
  const key = openSigningKey((breakGlass ? second : release).privatePem, PASSPHRASE, 'key');
  return signPinSet(set, { key, now: world.now, plan: makePlan({ set, now: world.now }), breakGlass });
}

const builtIn: { version: number; policy: PinPolicy } = {
  version: 1,
  policy: { hosts: { [HOST]: { pins: [pinOfKey(leaf), pinOfKey(backup)] } } },
};

function makeApp(store = createMemoryStore()) {
  const source = createPinSetSource({ api: `https://${HOST}`, ...world.way });
  const keys = { releaseKey: readPinSetKey(release.publicPem), breakGlassKey: readPinSetKey(second.publicPem) };
  const make = () => createPinUpdates({ host: HOST, builtIn, source, store, ...keys, verify: verifyPinSetSignature, now: () => world.now });
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

test('without a set at the gateway, or with an older one, nothing changes', async () => {
  const app = makeApp();
  expect(await app.updates.refresh()).toEqual({ outcome: 'none' });
  world.token = signed(5, [leaf, next]);
  await app.updates.refresh();
  world.token = signed(4, [leaf, backup]);
  expect(await app.updates.refresh()).toEqual({ outcome: 'none' });
  expect((await app.restart().atStart()).version).toBe(5);
});

describe('whoever intercepts with a certificate the device trusts', () => {
  test('cannot bring a set of ours that does not match their key', async () => {
    await world.serve(rogue, issuer, 90);
    world.token = signed(2, [leaf, next]);
    const app = makeApp();
    expect(await app.updates.refresh()).toEqual({ outcome: 'refused', refusal: 'pins-miss-connection' });
    expect(await app.restart().atStart()).toEqual(builtIn);
  });

  test('cannot bring one of their own', async () => {
    await world.serve(rogue, issuer, 90);
    const good = signed(2, [rogue, next]);
    world.token = `${good.slice(0, -4)}AAAA`;
    expect(await makeApp().updates.refresh()).toEqual({ outcome: 'refused', refusal: 'signature-invalid' });
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
  expect(await makeApp(store).updates.atStart()).toEqual(builtIn);
});

test('a pin failure reaches the gateway and is counted by app version', async () => {
  const report = { host: HOST, appVersion: '1.0', setVersion: 1, seen: world.seen.pins };
  expect(await sendPinReport(report, { api: `https://${HOST}`, ...world.way })).toBe(true);
  expect(world.lines).toContainEqual(expect.objectContaining({ event: 'pin-report', appVersion: '1.0', host: HOST, count: 1 }));
  expect(await sendPinReport(report, { api: 'https://nobody.invalid' })).toBe(false);
});
