import type { PinPolicy } from '@sallyport/client';
import {
  addHost,
  addPins,
  emit,
  lifetimeCap,
  makePlan,
  movePin,
  newSigningKey,
  openSigningKey,
  type Pin,
  type PinSet,
  PinsError,
  pinOfKey,
  promotePin,
  recordRelease,
  signPinSet,
} from '@sallyport/pins';
import { freshKey } from '@sallyport/pins/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { AppFleet, type FieldedVersion } from './testing/app-fleet.ts';
import { PinOperator } from './testing/pin-operator.ts';
import { HOST, openPinnedWorld, type PinnedWorld } from './testing/pinned-world.ts';
import { RemoteApp } from './testing/remote-app.ts';

const START = Date.parse('2026-12-01T00:00:00Z');
const MONTHS = 120;
const monthAt = (month: number) => Date.UTC(2026, 11 + month, 1);
const dayOf = (time: number) => new Date(time).toISOString().slice(0, 10);

/** What befalls both worlds, by month. */
const INTERMEDIATE_EXPIRES = 27;
const CA_SWITCH = 40;
const LEAF_STOLEN = 20;
const BACKUP_BURNT = 60;
const LEAF_STOLEN_AGAIN = 84;
/** A month whose unsafe steps are tried once the set of the month is signed. */
const AFTER_SIGNING = 100;
const RELEASES: ReadonlyMap<number, string> = new Map([
  [0, '1.0'],
  [12, '1.1'],
  [24, '1.2'],
  [48, '1.3'],
  [64, '1.4'],
  [90, '1.5'],
]);

let world: PinnedWorld;
beforeAll(async () => {
  world = await openPinnedWorld(START);
});
afterAll(() => world.close());

async function issuers() {
  const first = await world.makeIssuer('Alpha');
  const second = await world.makeIssuer('Alpha', first.root);
  const other = await world.makeIssuer('Beta');
  return (month: number) => (month >= CA_SWITCH ? other : month >= INTERMEDIATE_EXPIRES ? second : first);
}

/** Renewal every month, within what the calendar allows by then. */
const lifetimeAt = (time: number) => Math.min(90, lifetimeCap(time));

const pinOf = (key: ReturnType<typeof freshKey>, role: Pin['role'], state: Pin['state'] = 'active'): Pin => ({
  pin: pinOfKey(key),
  kind: 'spki',
  role,
  state,
  carriedBy: [],
});

test('ten years by the plan: no app version in use ever loses its last path, and no unsafe step ships', { timeout: 180_000 }, async () => {
  world.now = START;
  const issuerAt = await issuers();
  const [leaf, first, second, third, fourth, fifth] = [1, 2, 3, 4, 5, 6].map(freshKey) as [Key, Key, Key, Key, Key, Key];
  type Key = ReturnType<typeof freshKey>;
  const fleet = new AppFleet();
  const operator = new PinOperator(world, [pinOf(leaf, 'leaf'), pinOf(first, 'backup'), pinOf(second, 'backup')]);
  let serving = leaf;
  const remotes = new Map<string, RemoteApp>();
  let calls = 0;
  let updates = 0;
  const before = world.served;

  const steps: Readonly<Record<number, () => void>> = {
    5: () => {
      // Both backup keys given up: one mishap from the end.
      operator.mustRefuse('single-path', () => {
        const one = operator.move(first, 'retiring');
        operator.publish(movePin(one, { host: HOST, pin: pinOfKey(second), to: 'retiring', now: world.now }));
      });
    },
    [LEAF_STOLEN]: () => {
      // Today the stolen key is served: retiring it alone would leave the server showing what no app accepts.
      operator.mustRefuse('plan-breaks', () => operator.publish(operator.move(leaf, 'retired', 'stolen from a build machine')));
    },
    [LEAF_STOLEN + 1]: () => {
      operator.mustRefuse('must-be-staged-first', () => void addPins(operator.set, HOST, [pinOf(freshKey(), 'backup')]));
      operator.mustRefuse('pin-not-carried', () => void operator.move(third, 'active'));
      operator.mustRefuse('retired-is-final', () => void operator.move(leaf, 'active'));
    },
    [CA_SWITCH + 1]: () => {
      operator.mustRefuse('plan-breaks', () => {
        const [host] = operator.set.hosts as [PinSet['hosts'][0]];
        operator.publish({ ...operator.set, version: operator.set.version + 1, hosts: [{ ...host, keepsKey: false }] });
      });
    },
    [AFTER_SIGNING]: () => {
      operator.mustRefuse('version-not-monotonic', () => {
        const [host] = operator.set.hosts as [PinSet['hosts'][0]];
        operator.publish({ ...operator.set, hosts: [{ ...host, pins: [...host.pins, pinOf(freshKey(), 'backup')] }] });
      });
      operator.mustRefuse('app-version-stranded', () => {
        const active = operator.set.hosts[0]?.pins.filter(({ state }) => state === 'active') ?? [];
        active.reduce((set, { pin }) => movePin(set, { host: HOST, pin, to: 'retiring', now: world.now }), operator.set);
      });
    },
  };

  for (let month = 0; month <= MONTHS; month++) {
    world.now = monthAt(month);
    fleet.age();
    operator.set = {
      ...operator.set,
      apps: operator.set.apps.map((app) => {
        const { share, supported } = fleet.versions.find(({ version }) => version === app.version) as FieldedVersion;
        return { ...app, share, supported };
      }),
    };
    const renew = () =>
      world.serve(serving, issuerAt(month), lifetimeAt(world.now), monthAt(month < INTERMEDIATE_EXPIRES ? INTERMEDIATE_EXPIRES + 3 : 300));
    await renew();
    if (month !== AFTER_SIGNING) steps[month]?.();
    if (month === LEAF_STOLEN) {
      operator.set = promotePin(operator.set, HOST, pinOfKey(first));
      serving = first;
      await renew();
      operator.set = operator.move(leaf, 'retired', 'stolen from a build machine');
      operator.set = addPins(operator.set, HOST, [pinOf(third, 'backup', 'staged')]);
    }
    if (month === BACKUP_BURNT) {
      operator.set = operator.move(second, 'retiring');
      operator.set = operator.move(second, 'retired');
      operator.set = addPins(operator.set, HOST, [pinOf(fourth, 'backup', 'staged')]);
    }
    if (month === LEAF_STOLEN_AGAIN) {
      operator.set = promotePin(operator.set, HOST, pinOfKey(third));
      serving = third;
      await renew();
      operator.set = operator.move(first, 'retired', 'stolen again');
      operator.set = addPins(operator.set, HOST, [pinOf(fifth, 'backup', 'staged')]);
    }
    const version = RELEASES.get(month);
    if (version !== undefined) {
      const remoteUpdates = version !== '1.0';
      operator.set = recordRelease(operator.set, version, { remoteUpdates });
      const policy = JSON.parse(emit(operator.set, 'client', { now: world.now }).files[0]?.text ?? '');
      fleet.release(version, policy);
      if (remoteUpdates) remotes.set(version, new RemoteApp(world, { version: operator.set.version, policy }, operator.publicKey));
      for (const { pin, state } of operator.set.hosts[0]?.pins ?? []) {
        if (state === 'staged') operator.set = movePin(operator.set, { host: HOST, pin, to: 'active', now: world.now });
      }
    }
    if (operator.set.version > operator.signed) operator.publish();
    if (month === AFTER_SIGNING) steps[month]?.();
    world.token = operator.token;
    for (const app of fleet.inUse) {
      const remote = remotes.get(app.version);
      const { policy, updated } = (await remote?.start()) ?? { policy: app.policy, updated: false };
      expect(await world.call(policy), `app ${app.version} on ${dayOf(world.now)}`).toBe('ok');
      calls++;
      if (updated) {
        updates++;
        const next = await remote?.updates.atStart();
        expect(await world.call(next?.policy as PinPolicy), `app ${app.version} on ${dayOf(world.now)}, with the signed set`).toBe('ok');
        calls++;
      }
    }
  }
  expect(operator.refusals).toEqual([
    'single-path',
    'plan-breaks',
    'must-be-staged-first',
    'pin-not-carried',
    'retired-is-final',
    'plan-breaks',
    'version-not-monotonic',
    'app-version-stranded',
  ]);
  expect(world.served - before).toBe(calls);
  expect(updates).toBeGreaterThan(5);
  expect(fleet.versions).toHaveLength(6);
});

/** The ways the articles keep pins. Each is what its reader would have shipped, with a second pin nobody holds a key of. */
const ARTICLE_WAYS = [
  ['the leaf key of the day', 0],
  ['the intermediate', 1],
  ['the root', 2],
] as const;

test('the same ten years with pins kept as the articles show: the report says when apps are cut off', { timeout: 180_000 }, async () => {
  const report: { way: string; version: string; on: string; share: number }[] = [];
  for (const [way, place] of ARTICLE_WAYS) {
    world.now = START;
    const issuerAt = await issuers();
    const fleet = new AppFleet();
    for (let month = 0; month <= CA_SWITCH + 1; month++) {
      world.now = monthAt(month);
      fleet.age();
      // Renewals make a new key, as ACME clients do unless told otherwise.
      await world.serve(freshKey(), issuerAt(month), lifetimeAt(world.now));
      const version = RELEASES.get(month);
      const pinned = world.chain[place]?.pin as string;
      if (version !== undefined) fleet.release(version, { hosts: { [HOST]: { pins: [pinned, pinOfKey(freshKey())] } } });
      for (const app of fleet.inUse) {
        if (report.some((line) => line.way === way && line.version === app.version)) continue;
        if ((await world.call(app.policy)) === 'pin-failure')
          report.push({ way, version: app.version, on: dayOf(world.now), share: app.share });
      }
    }
  }
  const told = (way: string) => report.filter((line) => line.way === way).map(({ version, on }) => `${version} on ${on}`);
  expect(told('the leaf key of the day')).toEqual(['1.0 on 2027-01-01', '1.1 on 2028-01-01', '1.2 on 2029-01-01']);
  const intermediate = told('the intermediate');
  expect(intermediate).toContain(`1.2 on ${dayOf(monthAt(INTERMEDIATE_EXPIRES))}`);
  expect(told('the root')).toContain(`1.2 on ${dayOf(monthAt(CA_SWITCH))}`);
  const first = report[0] as (typeof report)[0];
  expect(first).toMatchObject({ way: 'the leaf key of the day', version: '1.0', share: 1 });
});

/** What the planner foretells of each way, and what then happened: the first and the third day are those of the test above. */
const FORETOLD = [
  ['leaf', 0, 'renewal', monthAt(1)],
  ['intermediate', 1, 'issuer-expires', monthAt(INTERMEDIATE_EXPIRES)],
  // A switch of the authority has no date beforehand: it is a mishap, which such a set does not survive.
  ['root', 2, 'issuer-changed', undefined],
] as const;

test('the planner foretells on the first day what then befalls those sets, to the month, and refuses to sign them', async () => {
  world.now = START;
  const issuerAt = await issuers();
  await world.serve(freshKey(), issuerAt(0), 90, monthAt(INTERMEDIATE_EXPIRES + 3));
  const { privatePem } = newSigningKey('p256', 'ten years in a minute');
  const key = openSigningKey(privatePem, 'ten years in a minute', 'release');
  for (const [role, place, scenario, happened] of FORETOLD) {
    const pins = [{ ...pinOf(freshKey(), role), pin: world.chain[place]?.pin as Pin['pin'] }, pinOf(freshKey(), role)];
    const host = { host: HOST, includeSubdomains: false, reportOnly: false, afterExpiry: 'refuse' as const, keepsKey: false, pins };
    const set = addHost(undefined, host);
    const plan = makePlan({ set, now: world.now, chains: new Map([[HOST, world.chain]]) });
    const outcome = plan.hosts[0]?.outcomes.find(({ id }) => id === scenario);
    expect(outcome?.verdict, role).toBe('breaks');
    if (happened !== undefined) expect(Math.abs((outcome?.at ?? 0) - happened), role).toBeLessThan(31 * 86_400_000);
    expect(() => signPinSet(set, { key, now: world.now, plan }), role).toThrow(PinsError);
  }
});
