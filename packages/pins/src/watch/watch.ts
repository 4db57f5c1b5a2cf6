import { PinsError } from '../pins-error.ts';
import { makePlan } from '../plan/make-plan.ts';
import type { PlanCertificate } from '../plan/plan.ts';
import { checkClock } from '../set/check-clock.ts';
import type { PinSet } from '../set/pin-set.ts';

/** What a watch found. One of these is one line of JSON. */
export interface WatchEvent {
  /** ISO 8601; when it was found. */
  readonly time: string;
  readonly event: 'pins-watch';
  readonly host: string;
  /** A permanent code: a scenario, a kind of event, or what went wrong with the live chain. */
  readonly code: string;
  /** `break`: apps are or will be cut off. `warning`: somebody must act. */
  readonly severity: 'break' | 'warning';
  /** ISO 8601; when it breaks. */
  readonly at?: string;
  readonly text: string;
}

export interface WatchInput {
  readonly set: PinSet;
  /** The chain of each host, or why there is none. */
  readonly chains: ReadonlyMap<string, readonly PlanCertificate[] | PinsError>;
  /** Milliseconds since 1970. */
  readonly now: number;
  /** How far ahead something counts as coming, in days. */
  readonly within: number;
  readonly privateAuthority?: boolean;
}

/**
 * Compares set, live hosts and clock.
 *
 * @returns what will break or needs somebody within so many days; empty when all is well.
 * @throws PinsError `clock-implausible` when the clock is before the set was last changed: no date could be trusted.
 */
export function watchPins({ set, chains, now, within, privateAuthority = false }: WatchInput): readonly WatchEvent[] {
  checkClock(set, now);
  const time = new Date(now).toISOString();
  const found: WatchEvent[] = [];
  const live = new Map<string, readonly PlanCertificate[]>();
  for (const [host, chain] of chains) {
    if (!(chain instanceof PinsError)) live.set(host, chain);
    else found.push({ time, event: 'pins-watch', host, code: chain.code, severity: 'break', text: chain.message });
  }
  const plan = makePlan({ set, now, chains: live, days: within, privateAuthority });
  for (const { host, outcomes, events } of plan.hosts) {
    for (const { id, verdict, at, why, remedy } of outcomes) {
      if (verdict !== 'breaks') continue;
      const mishap = at === undefined;
      const when = at === undefined ? {} : { at: new Date(at).toISOString() };
      found.push({ time, event: 'pins-watch', host, code: id, severity: mishap ? 'warning' : 'break', ...when, text: `${why}. ${remedy}` });
    }
    for (const { at, kind, severity, text } of events) {
      // The plan counts renewals from the cadence; a leaf still served this close to its end was not renewed.
      const overdue = kind === 'certificate-expires';
      if (severity === 'info' && !overdue) continue;
      if (kind === 'renewal' || kind === 'pins-expire') continue;
      found.push({
        time,
        event: 'pins-watch',
        host,
        code: kind,
        severity: overdue ? 'break' : 'warning',
        at: new Date(at).toISOString(),
        text,
      });
    }
  }
  return found;
}
