import type { PlayedAttack } from '@sallyport/attacks';
import type { PlayedStep } from './tour-step.ts';

/** What `--json` prints. */
export interface TourReport {
  readonly ok: boolean;
  readonly steps: readonly Pick<PlayedStep, 'id' | 'ok' | 'ms' | 'why'>[];
  readonly attacks: readonly Pick<PlayedAttack, 'id' | 'threat' | 'held' | 'reason' | 'evidence'>[];
  readonly urls: Readonly<Record<string, string>>;
}

/** The whole held only if every step and every refusal did. A tour of nothing has shown nothing. */
export function reportTour(steps: readonly PlayedStep[], attacks: readonly PlayedAttack[], urls: TourReport['urls']): TourReport {
  return {
    ok: steps.length > 0 && steps.every(({ ok }) => ok) && attacks.every(({ held }) => held),
    steps: steps.map(({ id, ok, ms, why }) => ({ id, ok, ms, ...(why !== undefined && { why }) })),
    attacks: attacks.map(({ id, threat, held, reason, evidence }) => ({ id, threat, held, reason, evidence })),
    urls,
  };
}
