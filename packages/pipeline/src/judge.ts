import type { Guard, Refusal, Verdict } from './guard.ts';

/** The outcome of a whole list of guards. `guard` names the one that refused. */
export interface Judgement {
  readonly refusal: Refusal;
  readonly guard: string;
}

type AnyGuard = Guard<object, object>;

/**
 * Runs guards in order until one refuses. Facts are collected on the one `facts` object, so that nothing is copied.
 *
 * A guard that throws is a refusal: failures close. An error whose `code` the guard declares in `refuses`, such as the
 * `store-unavailable` of a store, is that refusal; every other, and a refusal the guard does not declare, is an
 * `internal-error`.
 *
 * Stays synchronous as long as the guards do, because a promise per guard is measurable.
 *
 * @returns the first refusal, or `undefined` when every guard passed.
 */
export function judge(guards: readonly AnyGuard[], facts: object): Judgement | undefined | Promise<Judgement | undefined> {
  return judgeFrom(guards, facts, 0);
}

function judgeFrom(guards: readonly AnyGuard[], facts: object, start: number): Judgement | undefined | Promise<Judgement | undefined> {
  for (let index = start; index < guards.length; index++) {
    const guard = guards[index] as AnyGuard;
    let verdict: Verdict<object> | Promise<Verdict<object>>;
    try {
      verdict = guard.check(facts);
    } catch (error) {
      return thrown(guard, error);
    }
    if (verdict instanceof Promise) {
      return verdict.then(
        (settled) => apply(settled, guard, facts) ?? judgeFrom(guards, facts, index + 1),
        (error) => thrown(guard, error),
      );
    }
    const judgement = apply(verdict, guard, facts);
    if (judgement !== undefined) return judgement;
  }
  return undefined;
}

function apply(verdict: Verdict<object>, guard: AnyGuard, facts: object): Judgement | undefined {
  if ('refusal' in verdict) return refusedBy(guard, verdict.refusal);
  Object.assign(facts, verdict.facts);
  return undefined;
}

/** A guard keeps to its list, so that the list can be believed by whoever reads it. */
function refusedBy(guard: AnyGuard, refusal: Refusal): Judgement {
  if (guard.refuses.includes(refusal.reason)) return { refusal, guard: guard.name };
  return { refusal: { reason: 'internal-error', detail: `${guard.name} may not refuse with ${refusal.reason}` }, guard: guard.name };
}

function thrown(guard: AnyGuard, error: unknown): Judgement {
  if (!(error instanceof Error)) return { refusal: { reason: 'internal-error', detail: String(error) }, guard: guard.name };
  const { code } = error as { code?: unknown };
  const declared = guard.refuses.find((reason) => reason === code);
  if (declared !== undefined) return { refusal: { reason: declared, detail: error.message }, guard: guard.name };
  return { refusal: { reason: 'internal-error', detail: `${error.name}: ${error.message}` }, guard: guard.name };
}
