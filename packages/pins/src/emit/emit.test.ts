import { createPublicKey, generateKeyPairSync } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { rawKey } from '../material/spki-hash.ts';
import { PinsError } from '../pins-error.ts';
import type { PinSet } from '../set/pin-set.ts';
import { pinFor, sampleSet } from '../testing/sample-set.ts';
import { emit } from './emit.ts';
import { emitters } from './emitters.ts';
import { express } from './express.ts';
import { SPKI_HEADERS } from './swift-pins.ts';

const NOW = Date.parse('2026-11-22T00:00:00Z');
const GOLDEN = new URL('./fixtures/golden/', import.meta.url);

describe.each(emitters.map(({ id }) => id))('%s', (id) => {
  test('writes what the golden files hold', () => {
    const { files } = emit(sampleSet(), id, { now: NOW });
    const golden = new URL(`${id}/`, GOLDEN);
    expect(files.map(({ name }) => name).sort()).toEqual(readdirSync(golden).sort());
    for (const { name, text } of files) expect(text).toBe(readFileSync(new URL(name, golden), 'utf8'));
  });

  test('never holds a retired pin or a debugging override', () => {
    const text = emit(sampleSet(), id, { now: NOW })
      .files.map((file) => file.text)
      .join();
    expect(text).toContain(pinFor('leaf'));
    expect(text).toContain(pinFor('backup'));
    expect(text).not.toContain(pinFor('gone'));
    expect(text).not.toContain(pinFor('proxy'));
  });

  test('holds the debugging override when asked, and says so first', () => {
    const { files, notes } = emit(sampleSet(), id, { now: NOW, debug: true });
    expect(files[0]?.text).toContain(pinFor('proxy'));
    expect(notes[0]).toContain('Never release this');
    expect(files[0]?.text).toContain('Never release this');
  });

  test('says in its own output what it cannot express', () => {
    const { files, notes } = emit(sampleSet(), id, { now: NOW });
    for (const note of notes) expect(files[0]?.text).toContain(note);
  });

  test('refuses a set whose pins expired', () => {
    const late = Date.parse('2031-01-01');
    expect(() => emit(sampleSet(), id, { now: late })).toThrow(expect.objectContaining({ code: 'set-expired' }));
  });
});

test('the notes name what each platform loses', () => {
  const notes = (id: string) => emit(sampleSet(), id, { now: NOW }).notes.join(' ');
  expect(notes('ios')).toMatch(/one label deep only.*expiry \(2030-06-01\) cannot be expressed/);
  expect(notes('ios')).toContain('1 pin of the issuer left out');
  expect(notes('android')).toContain('rounded down to the day 2030-06-01');
  expect(notes('curl')).toContain('subdomains cannot be expressed');
  expect(notes('okhttp')).toContain('1 whole-certificate pin cannot be expressed');
  expect(notes('client')).toContain('would refuse the host after it; apps enforce these pins for ever');
  expect(notes('node')).toBe('The report address cannot be expressed; failures are not reported from here.');
});

test('a report-only host is left out where it could only be enforced', () => {
  const set = sampleSet(({ hosts }) => {
    (hosts[0] as { reportOnly: boolean }).reportOnly = true;
  });
  const { files, notes } = emit(set, 'ios', { now: NOW });
  expect(files[0]?.text).not.toContain('api.example.com</key>');
  expect(notes.join()).toContain('report-only cannot be expressed');
  expect(emit(set, 'trustkit', { now: NOW }).files[0]?.text).toContain('<key>TSKEnforcePinning</key>\n\t\t\t\t<false/>');
});

test('a form that could hold one pin only is refused', () => {
  const set = sampleSet(({ hosts }) => {
    hosts.splice(0, 2, {
      host: 'a.example',
      pins: [
        { pin: pinFor('a'), role: 'leaf', state: 'active' },
        { pin: pinFor('b'), role: 'intermediate', state: 'active' },
      ],
    });
  });
  for (const id of ['ios', 'expo', 'curl']) {
    expect(() => emit(set, id, { now: NOW })).toThrow(expect.objectContaining({ code: 'too-few-expressible' }));
  }
  expect(emit(set, 'android', { now: NOW }).files).toHaveLength(1);
});

test('two pins of the issuer stand in the authority list of iOS', () => {
  const set = sampleSet(({ hosts }) => {
    hosts.splice(0, 2, {
      host: 'a.example',
      pins: [
        { pin: pinFor('a'), role: 'intermediate', state: 'active' },
        { pin: pinFor('b'), role: 'root', state: 'active' },
      ],
    });
  });
  const text = emit(set, 'ios', { now: NOW }).files[0]?.text;
  expect(text).toContain('NSPinnedCAIdentities');
  expect(text).not.toContain('NSPinnedLeafIdentities');
});

test('an unknown platform is an error that lists the known ones', () => {
  expect(() => emit(sampleSet(), 'symbian', { now: NOW })).toThrow(/There is no form called "symbian".*ios, expo, android/);
});

test('header and bare key make the SubjectPublicKeyInfo for every kind of key the Swift forms know', () => {
  const keys = [
    ...[2048, 3072, 4096].map((modulusLength) => generateKeyPairSync('rsa', { modulusLength }).publicKey),
    ...['P-256', 'P-384', 'P-521'].map((namedCurve) => generateKeyPairSync('ec', { namedCurve }).publicKey),
  ];
  keys.forEach((key, index) => {
    const made = Buffer.concat([Buffer.from(SPKI_HEADERS[index]?.hex ?? '', 'hex'), rawKey(key) as Buffer]);
    expect(createPublicKey({ key: made, format: 'der', type: 'spki' }).equals(key)).toBe(true);
    expect(made.equals(key.export({ format: 'der', type: 'spki' }))).toBe(true);
  });
});

const anyPin = fc.record({
  seed: fc.uuid(),
  kind: fc.constantFrom('spki' as const, 'spki' as const, 'spki' as const, 'certificate' as const),
  role: fc.constantFrom('leaf' as const, 'backup' as const, 'backup' as const, 'intermediate' as const, 'root' as const),
  state: fc.constantFrom('staged' as const, 'active' as const, 'retiring' as const, 'retired' as const),
});
const anySet = fc
  .uniqueArray(
    fc.record({
      host: fc.stringMatching(/^[a-z][a-z0-9]{0,5}\.[a-z]{2,6}$/),
      includeSubdomains: fc.boolean(),
      reportOnly: fc.constantFrom(false, false, false, true),
      afterExpiry: fc.constantFrom('refuse' as const, 'trust-store' as const),
      expires: fc.option(fc.date({ min: new Date(NOW + 86_400_000), max: new Date('2060-01-01'), noInvalidDate: true }), {
        nil: undefined,
      }),
      pins: fc.uniqueArray(anyPin, { minLength: 3, maxLength: 7, selector: ({ seed }) => seed }),
    }),
    { minLength: 1, maxLength: 3, selector: ({ host }) => host },
  )
  .map(
    (hosts): PinSet => ({
      format: 'sallyport-pin-set/1',
      version: 1,
      apps: [],
      hosts: hosts.map(({ expires, pins, ...host }) => ({
        ...host,
        keepsKey: false,
        ...(expires && { expires: expires.toISOString() }),
        pins: pins.map(({ seed, ...pin }) => ({ ...pin, pin: pinFor(seed) as never, carriedBy: [] })),
      })),
    }),
  );

test.each(emitters)('whatever $id can express reads back the same, and what it loses is noted', (emitter) => {
  let emitted = 0;
  fc.assert(
    fc.property(anySet, (set) => {
      let expressed: ReturnType<typeof express>;
      try {
        expressed = express(set, emitter.abilities, { now: NOW });
      } catch (error) {
        expect(error).toBeInstanceOf(PinsError);
        return;
      }
      emitted++;
      const { expression, notes } = expressed;
      const back = emitter.read(emitter.write(expression, notes));
      const flat = ({ hosts }: typeof back) =>
        hosts.flatMap(({ host, pins, includeSubdomains, reportOnly, expires, afterExpiry }) =>
          pins.map(({ pin, kind, place }) => [host, includeSubdomains, reportOnly, expires, afterExpiry, kind, place, pin].join(' ')),
        );
      expect(flat(back).sort()).toEqual(flat(expression).sort());
      for (const host of set.hosts) {
        const kept = expression.hosts.find((each) => each.host === host.host);
        const wanted = host.pins.filter(({ state }) => state !== 'retired').length;
        const lost =
          kept === undefined ||
          kept.pins.length < wanted ||
          kept.includeSubdomains !== host.includeSubdomains ||
          (host.expires !== undefined && kept.expires?.slice(0, 10) !== host.expires.slice(0, 10));
        if (lost) expect(notes.join('\n')).toContain(`${host.host}: `);
      }
    }),
    { numRuns: 150 },
  );
  expect(emitted).toBeGreaterThan(10);
});
