import type { PinnedHost, PinSet } from '../set/pin-set.ts';
import { judgeScenarios } from './judge-scenarios.ts';
import { LIFETIME_CAPS, type Renewal, renewalsUntil } from './lifetime-calendar.ts';
import { pinLives } from './pin-lives.ts';
import type { HostPlan, Outcome, PinLife, Plan, PlanCertificate, PlanEvent, ScenarioId } from './plan.ts';

const DAY = 86_400_000;

/** A rehearsal older than this proves little: apps, keys and people have changed since. */
const REHEARSAL_INTERVAL = 180 * DAY;

export interface PlanInput {
  readonly set: PinSet;
  /** Milliseconds since 1970. */
  readonly now: number;
  /** The chain each host shows; a host that is not in it was not looked at. */
  readonly chains?: ReadonlyMap<string, readonly PlanCertificate[]>;
  /** How far to look, in days. Default three years: past the last step of the calendar. */
  readonly days?: number;
  /** The issuer is an authority of one's own, which the CA/Browser Forum's calendar does not bind. */
  readonly privateAuthority?: boolean;
}

/** What befalls a set without anybody's doing; a set that fails one of these cuts apps off on a known day. */
const CERTAIN: readonly ScenarioId[] = ['today', 'renewal', 'issuer-expires'];
/** The mishaps of which each must leave a way. */
const MISHAPS: readonly ScenarioId[] = ['leaf-key-lost', 'issuer-changed', 'backup-lost', 'leaf-and-issuer-lost'];

/**
 * Says with dates whether a pin set survives what is coming.
 *
 * @example makePlan({ set, now: Date.now(), chains }).verdict // 'single-path'
 */
export function makePlan({ set, now, chains = new Map(), days = 1095, privateAuthority = false }: PlanInput): Plan {
  const until = now + days * DAY;
  const hosts = set.hosts.map((host): HostPlan => {
    const chain = chains.get(host.host);
    const renewals = renewalsUntil(leafOf(host, chain, now), until, now, !privateAuthority);
    const lives = pinLives(host, chain, renewals);
    const outcomes = judgeScenarios({ set, host, chain, renewals, lives, now, until });
    return {
      host: host.host,
      verdict: verdictOf(outcomes),
      outcomes,
      lives,
      events: eventsOf({ host, chain, renewals, lives, outcomes, now, until, privateAuthority }),
    };
  });
  const worst = (['breaks', 'single-path'] as const).find((verdict) => hosts.some((host) => host.verdict === verdict));
  return { at: now, until, version: set.version, verdict: worst ?? 'survives', hosts };
}

function verdictOf(outcomes: readonly Outcome[]): HostPlan['verdict'] {
  const fails = (ids: readonly ScenarioId[]) => outcomes.some(({ id, verdict }) => verdict === 'breaks' && ids.includes(id));
  if (fails(CERTAIN)) return 'breaks';
  return fails(MISHAPS) ? 'single-path' : 'survives';
}

/** The served leaf, or one imagined to be issued today when the host was not looked at. */
function leafOf(host: PinnedHost, chain: readonly PlanCertificate[] | undefined, now: number) {
  const leaf = chain?.[0];
  const lifetime = host.lifetimeDays === undefined ? undefined : host.lifetimeDays * DAY;
  if (leaf !== undefined) return { notBefore: lifetime === undefined ? leaf.notBefore : leaf.notAfter - lifetime, notAfter: leaf.notAfter };
  return { notBefore: now, notAfter: now + (lifetime ?? 90 * DAY) };
}

interface EventInput {
  readonly host: PinnedHost;
  readonly chain: readonly PlanCertificate[] | undefined;
  readonly renewals: readonly Renewal[];
  readonly lives: readonly PinLife[];
  readonly outcomes: readonly Outcome[];
  readonly now: number;
  readonly until: number;
  readonly privateAuthority: boolean;
}

function eventsOf({ host, chain = [], renewals, lives, outcomes, now, until, privateAuthority }: EventInput): readonly PlanEvent[] {
  const events: PlanEvent[] = [];
  const breaks = (id: ScenarioId) => outcomes.find((outcome) => outcome.id === id)?.verdict === 'breaks';
  renewals.forEach(({ at, lifetimeDays }, index) => {
    const cuts = index === 0 && breaks('renewal');
    const text = `renewal for ${Math.round(lifetimeDays)} days${cuts ? ': serves a key that no app has pinned' : ''}`;
    events.push({ at, kind: 'renewal', severity: cuts ? 'break' : 'info', text });
  });
  if (!privateAuthority) {
    for (const { from, days } of LIFETIME_CAPS) {
      if (from > now)
        events.push({ at: from, kind: 'lifetime-cap', severity: 'info', text: `public certificates live ${days} days at most` });
    }
  }
  for (const { subject, role, notAfter } of chain) {
    const severity = notAfter <= now ? 'break' : role === 'leaf' ? 'info' : 'warning';
    events.push({ at: notAfter, kind: 'certificate-expires', severity, text: `${role} ${subject} expires` });
  }
  for (const { label, role, endsAt, why } of lives) {
    if (endsAt === undefined) continue;
    const severity = lives.some((other) => (other.endsAt ?? Number.POSITIVE_INFINITY) > endsAt) ? 'warning' : 'break';
    events.push({ at: endsAt, kind: 'pin-ends', severity, text: `${role} ${label} is no way any more: ${why}` });
  }
  if (host.expires !== undefined) {
    const refuses = host.afterExpiry === 'refuse';
    const text = refuses ? 'the pins expire; apps with them refuse the host' : 'the pins expire; any trusted certificate passes';
    events.push({ at: Date.parse(host.expires), kind: 'pins-expire', severity: refuses ? 'break' : 'warning', text });
  }
  for (const { role, label, state, rehearsed } of host.pins) {
    if (role !== 'backup' || state !== 'active') continue;
    const due = rehearsed === undefined ? now : Date.parse(rehearsed) + REHEARSAL_INTERVAL;
    events.push({
      at: Math.max(due, now),
      kind: 'rehearsal-due',
      severity: 'warning',
      text: `rehearse the backup key ${label ?? ''}`.trim(),
    });
  }
  return events.filter(({ at, severity }) => at <= until && (at >= now || severity === 'break')).sort((a, b) => a.at - b.at);
}
