import { describe, expect, test } from 'vitest';
import type { Pin, PinnedHost, PinSet } from '../set/pin-set.ts';
import { pinFor } from '../testing/sample-set.ts';
import { formatPlan } from './format-plan.ts';
import { lifetimeCap, renewalsUntil } from './lifetime-calendar.ts';
import { makePlan } from './make-plan.ts';
import type { PlanCertificate, ScenarioId } from './plan.ts';
import { planHtml } from './plan-html.ts';

const DAY = 86_400_000;
const NOW = Date.parse('2026-11-22T00:00:00Z');
const HOST = 'api.example.com';

const pin = (name: string, role: Pin['role'], extra: Partial<Pin> = {}): Pin => ({
  pin: pinFor(name) as never,
  kind: 'spki',
  role,
  state: 'active',
  carriedBy: [],
  ...extra,
});
const setOf = (pins: Pin[], host: Partial<PinnedHost> = {}, apps: PinSet['apps'] = []): PinSet => ({
  format: 'sallyport-pin-set/1',
  version: 1,
  apps,
  hosts: [{ host: HOST, includeSubdomains: false, reportOnly: false, afterExpiry: 'refuse', keepsKey: true, pins, ...host }],
});
const certificate = (name: string, role: PlanCertificate['role'], from = -30, to = 60): PlanCertificate => ({
  role,
  pin: pinFor(name) as never,
  certificatePin: pinFor(`${name} whole`) as never,
  subject: `CN=${name}`,
  notBefore: NOW + from * DAY,
  notAfter: NOW + to * DAY,
});
const CHAIN = [certificate('leaf', 'leaf'), certificate('issuer', 'intermediate', -400, 800), certificate('root', 'root', -4000, 4000)];
const plan = (set: PinSet, chain: readonly PlanCertificate[] | undefined = CHAIN, extra = {}) =>
  makePlan({ set, now: NOW, ...(chain && { chains: new Map([[HOST, chain]]) }), ...extra });
const outcome = (made: ReturnType<typeof plan>, id: ScenarioId) => made.hosts[0]?.outcomes.find((each) => each.id === id);

describe('the calendar of lifetimes', () => {
  test.each([
    ['2026-03-14', 398],
    ['2026-03-15', 200],
    ['2027-03-14', 200],
    ['2027-03-15', 100],
    ['2029-03-14', 100],
    ['2029-03-15', 47],
    ['2040-01-01', 47],
  ])('a certificate of %s lives %i days at most', (date, days) => {
    expect(lifetimeCap(Date.parse(date))).toBe(days);
  });

  test('renewals come faster as the lifetimes shrink, and no certificate outlives its cap', () => {
    const renewals = renewalsUntil({ notBefore: NOW - 10 * DAY, notAfter: NOW + 190 * DAY }, NOW + 1500 * DAY, NOW, true);
    for (const { at, lifetimeDays } of renewals) expect(lifetimeDays).toBeLessThanOrEqual(lifetimeCap(at));
    expect(renewals.at(0)?.lifetimeDays).toBe(100);
    expect(renewals.at(-1)?.lifetimeDays).toBe(47);
    const later = (from: string, to: string) => renewals.filter(({ at }) => at >= Date.parse(from) && at < Date.parse(to)).length;
    expect(later('2030-01-01', '2031-01-01')).toBeGreaterThan(later('2028-01-01', '2029-01-01'));
  });

  test('a private authority is not bound by it, and an overdue renewal happens now', () => {
    const renewals = renewalsUntil({ notBefore: NOW - 700 * DAY, notAfter: NOW + 10 * DAY }, NOW + 900 * DAY, NOW, false);
    expect(renewals[0]).toMatchObject({ at: NOW, lifetimeDays: 710 });
  });
});

describe('verdicts', () => {
  const own = [pin('leaf', 'leaf'), pin('backup', 'backup')];

  test('own leaf key kept at renewals and an offline backup key survive everything', () => {
    expect(plan(setOf(own)).verdict).toBe('survives');
    expect(plan(setOf(own), undefined).verdict).toBe('survives');
  });

  test('renewals that make a new key cut apps off at the next one, backup or not', () => {
    const made = plan(setOf(own, { keepsKey: false }));
    expect(made.verdict).toBe('breaks');
    expect(outcome(made, 'renewal')).toMatchObject({
      verdict: 'breaks',
      at: NOW + 30 * DAY,
      why: 'the next renewal serves a key that no app has pinned',
    });
    expect(made.hosts[0]?.events.find(({ severity }) => severity === 'break')).toMatchObject({ kind: 'renewal', at: NOW + 30 * DAY });
  });

  test('a pinned intermediate carries over renewals with new keys', () => {
    const made = plan(setOf([...own, pin('issuer', 'intermediate')], { keepsKey: false }));
    expect(outcome(made, 'renewal')?.verdict).toBe('survives');
    expect(outcome(made, 'issuer-changed')?.verdict).toBe('survives');
    expect(made.verdict).toBe('survives');
  });

  test('leaf and intermediate without a backup key are a single path: both can go at once', () => {
    const made = plan(setOf([pin('leaf', 'leaf'), pin('issuer', 'intermediate')]));
    expect(made.verdict).toBe('single-path');
    expect(outcome(made, 'leaf-and-issuer-lost')?.verdict).toBe('breaks');
  });

  test('pins of the issuer alone end with the issuer, on a known day', () => {
    const made = plan(setOf([pin('issuer', 'intermediate'), pin('other', 'intermediate', { notAfter: '2027-06-01' })]));
    expect(outcome(made, 'issuer-changed')?.verdict).toBe('breaks');
    expect(made.hosts[0]?.lives.map(({ endsAt }) => endsAt)).toEqual([NOW + (800 - 90) * DAY, Date.parse('2027-06-01') - 90 * DAY]);
    // The day of the one that lasts longer, not of the first.
    expect(outcome(made, 'issuer-expires')).toMatchObject({ verdict: 'breaks', at: NOW + (800 - 90) * DAY });
    const beside = plan(
      setOf([pin('issuer', 'intermediate'), pin('other', 'intermediate', { notAfter: '2027-06-01' }), pin('own', 'backup')]),
    );
    expect(outcome(beside, 'issuer-expires')).toMatchObject({ verdict: 'survives', at: Date.parse('2027-06-01') - 90 * DAY });
  });

  test('whole certificates are gone at the next renewal', () => {
    const made = plan(setOf([pin('leaf whole', 'leaf', { kind: 'certificate' }), pin('x', 'leaf', { kind: 'certificate' })]));
    expect(outcome(made, 'today')?.verdict).toBe('survives');
    expect(outcome(made, 'renewal')).toMatchObject({ verdict: 'breaks', at: NOW + 30 * DAY });
  });

  test('a host that shows none of the pins is told, and so is an expired one', () => {
    expect(outcome(plan(setOf([pin('a', 'leaf'), pin('b', 'backup')])), 'today')).toMatchObject({ verdict: 'breaks', at: NOW });
    const expired = [certificate('leaf', 'leaf', -90, -1)];
    expect(outcome(plan(setOf(own), expired), 'today')).toMatchObject({ verdict: 'breaks', why: 'CN=leaf has expired' });
  });

  test('pins that expire say what happens then', () => {
    const expires = new Date(NOW + 100 * DAY).toISOString();
    expect(outcome(plan(setOf(own, { expires })), 'pins-expire')).toMatchObject({ verdict: 'breaks', at: NOW + 100 * DAY });
    expect(outcome(plan(setOf(own, { expires, afterExpiry: 'trust-store' })), 'pins-expire')).toMatchObject({ verdict: 'survives' });
  });

  test('an app version that carries none of what is left is named with its share', () => {
    const apps = [
      { version: '1.0', share: 0.3, supported: true, remoteUpdates: false },
      { version: '2.0', share: 0.7, supported: true, remoteUpdates: false },
    ];
    const pins = [pin('leaf', 'leaf', { carriedBy: ['1.0', '2.0'] }), pin('backup', 'backup', { carriedBy: ['2.0'] })];
    const made = plan(setOf(pins, {}, apps));
    expect(made.verdict).toBe('single-path');
    expect(outcome(made, 'leaf-key-lost')).toMatchObject({ verdict: 'breaks', stranded: ['1.0'], strandedShare: 0.3 });
    expect(formatPlan(made)).toContain('[cut off: app 1.0, 30 % of users]');
    const forced = apps.map((app) => ({ ...app, supported: app.version !== '1.0' }));
    expect(plan(setOf(pins, {}, forced)).verdict).toBe('survives');
  });

  test('a staged, retiring or debugging pin is no path', () => {
    for (const extra of [{ state: 'staged' }, { state: 'retiring' }, { role: 'debug' }] as const) {
      expect(plan(setOf([pin('leaf', 'leaf'), pin('backup', 'backup', extra)])).verdict).toBe('single-path');
    }
  });
});

test('a backup key never rehearsed is due now, a rehearsed one half a year later', () => {
  const due = (rehearsed?: string) =>
    plan(setOf([pin('leaf', 'leaf'), pin('backup', 'backup', rehearsed ? { rehearsed } : {})])).hosts[0]?.events.find(
      ({ kind }) => kind === 'rehearsal-due',
    )?.at;
  expect(due()).toBe(NOW);
  expect(due('2026-11-01T00:00:00Z')).toBe(Date.parse('2026-11-01') + 180 * DAY);
});

test('the page holds every scenario, runs no script, fetches nothing, and lets no text become markup', () => {
  const evil = '"><script>alert(1)</script>';
  const html = planHtml(
    plan(setOf([pin('leaf', 'leaf', { label: evil }), pin('backup', 'backup')]), [{ ...CHAIN[0], subject: evil } as PlanCertificate]),
  );
  expect(html).not.toContain('<script');
  expect(html).toContain('&lt;script&gt;');
  expect(html).not.toMatch(/(?:src|href)=|url\(|@import/);
  for (const title of ['Today', 'The next renewals', 'Leaf key and issuer at once']) expect(html).toContain(title);
});

test('a backup key that is being served is judged as the leaf key: its loss must leave another way', () => {
  const served = [certificate('backup', 'leaf')];
  expect(outcome(plan(setOf([pin('leaf', 'leaf'), pin('backup', 'backup')]), served), 'leaf-key-lost')?.verdict).toBe('breaks');
  const third = setOf([pin('leaf', 'leaf', { state: 'retiring' }), pin('backup', 'backup'), pin('third', 'backup')]);
  expect(outcome(plan(third, served), 'leaf-key-lost')).toMatchObject({ verdict: 'survives', why: expect.stringContaining('backup') });
});

test('a host that was not looked at is named beside the verdict, in text and on the page', () => {
  const unseen = makePlan({ set: setOf([pin('leaf', 'leaf'), pin('own', 'backup')]), now: NOW });
  for (const text of [formatPlan(unseen), planHtml(unseen)]) expect(text).toContain(`What ${HOST} shows today was not looked at.`);
  const seen = plan(setOf([pin('leaf', 'leaf'), pin('own', 'backup')]));
  for (const text of [formatPlan(seen), planHtml(seen)]) expect(text).not.toContain('not looked at');
});
