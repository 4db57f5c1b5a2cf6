import type { Guard } from './guard.ts';

/**
 * A guard that stands in its place in the list only where it applies; compiled out with {@link compact}, it costs nothing
 * elsewhere. Only for guards whose facts are not needed further on, since they may be missing.
 *
 * @example ordered<Facts>()([scope(…), onlyIf(route.idempotency !== 'off', () => idempotency(store))])
 */
export function onlyIf<Needs extends object>(applies: boolean, make: () => Guard<Needs, object>): Guard<Needs> {
  return applies ? (make() as Guard<Needs>) : (ABSENT as Guard<Needs>);
}

const ABSENT: Guard<object> = {
  name: 'absent',
  refuses: [],
  check: () => {
    throw new Error('An absent guard was asked. The list was not compacted.');
  },
};

/** The list without the guards that do not apply. */
// biome-ignore lint/suspicious/noExplicitAny: the order and the facts were checked by `ordered`.
export function compact(guards: readonly Guard<any, any>[]): readonly Guard<any, any>[] {
  return guards.filter((guard) => guard !== ABSENT);
}
