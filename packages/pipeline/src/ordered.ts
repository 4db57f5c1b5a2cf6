import type { Guard } from './guard.ts';

// biome-ignore lint/suspicious/noExplicitAny: the element type of a heterogeneous list; `InOrder` checks each member exactly.
type AnyGuard = Guard<any, any>;

/** What a guard placed too early turns into: a type nobody can satisfy, whose text names the missing facts. */
interface GuardNeedsFactsGivenLater<Missing> {
  readonly factsNotGivenBefore: Missing;
}

/** The same list, if every guard finds its facts given by those before it; else a type error at that guard. */
export type InOrder<Guards extends readonly AnyGuard[], Facts> = Guards extends readonly [
  infer First,
  ...infer Rest extends readonly AnyGuard[],
]
  ? First extends Guard<infer Needs, infer Gives>
    ? Facts extends Needs
      ? readonly [First, ...InOrder<Rest, Facts & Gives>]
      : readonly [GuardNeedsFactsGivenLater<Exclude<keyof Needs, keyof Facts>>, ...Rest]
    : never
  : readonly [];

/** The facts that stand once every guard of the list has passed. */
export type FactsAfter<Guards extends readonly AnyGuard[], Facts> = Guards extends readonly [
  infer First,
  ...infer Rest extends readonly AnyGuard[],
]
  ? First extends Guard<infer _Needs, infer Gives>
    ? FactsAfter<Rest, Facts & Gives>
    : never
  : Facts;

/**
 * Declares guards in their order. The order is checked by the compiler: a guard placed before the one that gives a fact
 * it needs does not compile.
 *
 * @example const guards = ordered<{ exchange: Exchange }>()([correlationId(random), transport(), route(routes)])
 */
export function ordered<Start extends object>() {
  return <const Guards extends readonly AnyGuard[]>(guards: Guards & InOrder<Guards, Start>): Guards => guards;
}
