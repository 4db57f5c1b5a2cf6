import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { PinsError } from '../pins-error.ts';
import { pinFor, sampleSet } from '../testing/sample-set.ts';
import { addHost, addPins, recordRelease } from './add-pin.ts';
import { emittedPins, livePins, strandedVersions } from './live-pins.ts';
import { movePin } from './move-pin.ts';
import { formatPinSet, parsePinSet, readPin } from './parse-pin-set.ts';
import { PIN_STATES, type Pin, type PinSet, type PinSetInput } from './pin-set.ts';

const NOW = Date.parse('2026-11-22T00:00:00Z');
const HOST = 'api.example.com';

const coded = (code: string) => expect.objectContaining({ code });

function pin(name: string, state: Pin['state'], extra: Partial<Pin> = {}): Pin {
  return { pin: pinFor(name) as never, kind: 'spki', role: 'leaf', state, carriedBy: [], ...extra };
}

function setOf(pins: Pin[], apps: PinSet['apps'] = []): PinSet {
  return {
    format: 'sallyport-pin-set/1',
    version: 1,
    apps,
    hosts: [{ host: HOST, includeSubdomains: false, reportOnly: false, afterExpiry: 'refuse', keepsKey: true, pins }],
  };
}

const move = (set: PinSet, name: string, to: Pin['state'], extra = {}) =>
  movePin(set, { host: HOST, pin: pinFor(name), to, now: NOW, ...extra });
const stateOf = (set: PinSet, name: string) => set.hosts[0]?.pins.find((each) => each.pin === pinFor(name))?.state;

test('a set survives being written and read', () => {
  const set = sampleSet();
  expect(parsePinSet(formatPinSet(set), 'again')).toEqual(set);
});

describe('a set that is not as it should be is refused with its own code', () => {
  const wrong = (change: (set: PinSetInput) => void) => () => sampleSet(change);
  const first = (set: PinSetInput) => set.hosts[0] as NonNullable<PinSetInput['hosts'][0]>;
  test.each<[string, string, () => unknown]>([
    ['empty file', 'file-empty', () => parsePinSet('  ', 'x')],
    ['no JSON', 'set-malformed', () => parsePinSet('<html>', 'x')],
    ['a key twice', 'set-malformed', () => parsePinSet('{"format":"a","format":"b"}', 'x')],
    ['another format', 'set-malformed', () => parsePinSet('{"format":"pins/9"}', 'x')],
    ['an unknown member', 'set-malformed', wrong((set) => Object.assign(set, { hsots: [] }))],
    ['a host twice', 'set-malformed', wrong((set) => set.hosts.push(structuredClone(first(set))))],
    ['a host with a wildcard', 'host-malformed', wrong((set) => Object.assign(first(set), { host: '*.example.com' }))],
    ['an address', 'host-malformed', wrong((set) => Object.assign(first(set), { host: '10.0.0.1' }))],
    ['a host in capitals', 'host-malformed', wrong((set) => Object.assign(first(set), { host: 'API.example.com' }))],
    ['a pin in hex', 'pin-malformed', wrong((set) => Object.assign(first(set).pins[0] as object, { pin: 'ab'.repeat(32) }))],
    ['one pin', 'too-few-pins', wrong((set) => first(set).pins.splice(1))],
    ['a pin twice', 'pin-duplicate', wrong((set) => first(set).pins.push(structuredClone(first(set).pins[0] as never)))],
    [
      'a pin twice in two spellings',
      'pin-duplicate',
      wrong((set) => first(set).pins.push({ ...(first(set).pins[0] as never as object), pin: `sha256/${pinFor('leaf')}` } as never)),
    ],
    [
      'all staged',
      'last-live-pin',
      wrong((set) => Object.assign(first(set), { pins: first(set).pins.map((each) => ({ ...each, state: 'staged' })) })),
    ],
    ['a day that does not exist', 'set-malformed', wrong((set) => Object.assign(first(set), { expires: '2027-13-01' }))],
  ])('%s', (_, code, make) => {
    expect(make).toThrow(coded(code));
  });
});

test.each([
  ['hex', 'ab'.repeat(32), /in hex/],
  ['base64url', `${'-'.repeat(43)}`, /base64url/],
  ['something else', 'hello', /44 characters/],
])('a pasted pin in %s is refused with what is wrong', (_, text, message) => {
  expect(() => readPin(text)).toThrow(message);
});

describe('the life cycle', () => {
  const three = () => setOf([pin('a', 'active'), pin('b', 'active'), pin('s', 'staged'), pin('r', 'retiring'), pin('x', 'retired')]);

  test('goes staged → active → retiring → retired, counts the version up and notes the time', () => {
    let set = three();
    for (const to of ['active', 'retiring', 'retired'] as const) {
      const before = set.version;
      set = move(set, 's', to);
      expect(stateOf(set, 's')).toBe(to);
      expect(set.version).toBe(before + 1);
    }
    expect(set.hosts[0]?.pins[2]?.since).toBe('2026-11-22T00:00:00.000Z');
  });

  test.each<[string, Pin['state'], string]>([
    ['a', 'active', 'move-same-state'],
    ['a', 'staged', 'active-cannot-be-staged'],
    ['a', 'retired', 'active-must-retire-first'],
    ['s', 'retiring', 'staged-never-served'],
    ['r', 'staged', 'retiring-cannot-be-staged'],
    ['x', 'staged', 'retired-is-final'],
    ['x', 'active', 'retired-is-final'],
    ['x', 'retiring', 'retired-is-final'],
    ['x', 'retired', 'move-same-state'],
    ['nobody', 'active', 'pin-unlisted'],
  ])('%s to %s is refused: %s', (name, to, code) => {
    expect(() => move(three(), name, to)).toThrow(coded(code));
  });

  test('a rotation that went wrong can be taken back', () => {
    expect(stateOf(move(three(), 'r', 'active'), 'r')).toBe('active');
  });

  test('a compromised key goes at once, if another is live', () => {
    const set = move(three(), 'a', 'retired', { compromised: 'laptop stolen' });
    expect(set.hosts[0]?.pins[0]).toMatchObject({ state: 'retired', reason: 'laptop stolen' });
    expect(() => move(set, 'b', 'retired', { compromised: 'that one too' })).toThrow(coded('last-live-pin'));
  });

  test('the last live pin stays', () => {
    expect(() => move(setOf([pin('a', 'active'), pin('s', 'staged')]), 'a', 'retiring')).toThrow(coded('last-live-pin'));
  });

  test('two pins stay, of whatever state', () => {
    expect(() => move(setOf([pin('a', 'active'), pin('s', 'staged')]), 's', 'retired')).toThrow(coded('too-few-pins'));
  });

  test('an app version in use is not stranded, one forced to update may be', () => {
    const pins = [pin('old', 'active', { carriedBy: ['1.0'] }), pin('new', 'active', { carriedBy: ['2.0'] }), pin('b', 'active')];
    const apps = [
      { version: '1.0', supported: true, remoteUpdates: false },
      { version: '2.0', supported: true, remoteUpdates: false },
    ];
    expect(() => move(setOf(pins, apps), 'old', 'retiring')).toThrow(coded('app-version-stranded'));
    const forced = apps.map((app) => ({ ...app, supported: app.version !== '1.0' }));
    expect(stateOf(move(setOf(pins, forced), 'old', 'retiring'), 'old')).toBe('retiring');
  });

  test('a key no app carries is not made active once there are apps', () => {
    const apps = [{ version: '1.0', supported: true, remoteUpdates: false }];
    const set = setOf([pin('a', 'active', { carriedBy: ['1.0'] }), pin('b', 'active'), pin('s', 'staged')], apps);
    expect(() => move(set, 's', 'active')).toThrow(coded('pin-not-carried'));
  });

  test('a new pin begins as staged once apps are out, and a retired one never comes back', () => {
    const set = recordRelease(three(), '1.0');
    expect(() => addPins(set, HOST, [pin('n', 'active')])).toThrow(coded('must-be-staged-first'));
    expect(() => addPins(set, HOST, [pin('x', 'staged')])).toThrow(coded('pin-was-retired'));
    expect(() => addPins(set, HOST, [pin('a', 'staged')])).toThrow(coded('pin-duplicate'));
    expect(stateOf(addPins(set, HOST, [pin('n', 'staged')]), 'n')).toBe('staged');
    expect(() => recordRelease(set, '1.0')).toThrow(coded('set-malformed'));
  });

  test('a new set needs two pins at once', () => {
    const { pins: _, ...host } = three().hosts[0] as PinSet['hosts'][0];
    expect(() => addHost(undefined, { ...host, pins: [pin('a', 'active')] })).toThrow(coded('too-few-pins'));
    expect(addHost(undefined, { ...host, pins: [pin('a', 'active'), pin('b', 'active')] }).version).toBe(1);
  });
});

test('no random life reaches a set without a live pin, with one pin, or with an app cut off', () => {
  const step = fc.oneof(
    fc.record({ kind: fc.constant('move' as const), at: fc.nat(9), to: fc.constantFrom(...PIN_STATES), emergency: fc.boolean() }),
    fc.record({ kind: fc.constant('add' as const), state: fc.constantFrom(...PIN_STATES) }),
    fc.record({ kind: fc.constant('release' as const) }),
    fc.record({ kind: fc.constant('force' as const), at: fc.nat(5) }),
  );
  let moves = 0;
  fc.assert(
    fc.property(fc.array(step, { minLength: 5, maxLength: 60 }), (steps) => {
      let set = setOf([pin('a', 'active'), pin('b', 'active')]);
      const retiredOnce = new Set<string>();
      steps.forEach((each, index) => {
        const before = set;
        try {
          if (each.kind === 'move') {
            const pins = (set.hosts[0] as PinSet['hosts'][0]).pins;
            const { pin: target } = pins[each.at % pins.length] as Pin;
            set = movePin(set, { host: HOST, pin: target, to: each.to, now: NOW, ...(each.emergency && { compromised: 'drill' }) });
            moves++;
          } else if (each.kind === 'add') set = addPins(set, HOST, [pin(`n${index}`, each.state)]);
          else if (each.kind === 'release') set = recordRelease(set, `1.${index}`);
          else set = { ...set, apps: set.apps.map((app, at) => (at === each.at ? { ...app, supported: false } : app)) };
        } catch (error) {
          expect(error).toBeInstanceOf(PinsError);
          set = before;
        }
        const host = set.hosts[0] as PinSet['hosts'][0];
        expect(livePins(host).length).toBeGreaterThan(0);
        expect(emittedPins(host).length).toBeGreaterThan(1);
        expect(strandedVersions(set, host)).toEqual([]);
        for (const { pin: value, state } of host.pins) {
          if (retiredOnce.has(value)) expect(state).toBe('retired');
          if (state === 'retired') retiredOnce.add(value);
        }
      });
    }),
    { numRuns: 300 },
  );
  expect(moves).toBeGreaterThan(100);
});

test('a backup key that is served becomes a leaf key; one that apps may not have cannot', async () => {
  const { promotePin } = await import('./promote-pin.ts');
  const set = setOf([pin('a', 'active'), pin('b', 'active', { role: 'backup' }), pin('s', 'staged', { role: 'backup' })]);
  expect(promotePin(set, HOST, pinFor('b'))).toMatchObject({ version: 2, hosts: [{ pins: [{}, { role: 'leaf', state: 'active' }, {}] }] });
  expect(() => promotePin(set, HOST, pinFor('s'))).toThrow(coded('pin-not-carried'));
  expect(() => promotePin(set, HOST, pinFor('x'))).toThrow(coded('pin-unlisted'));
  expect(() => promotePin(set, 'b.example', pinFor('b'))).toThrow(coded('host-unlisted'));
});
