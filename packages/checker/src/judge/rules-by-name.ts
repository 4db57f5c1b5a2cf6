import type { NameTest } from '../audit.ts';
import type { Collector } from './collect.ts';

/** A rule and who collects what it says. */
export interface Entry<R> {
  readonly rule: R;
  readonly collector: Collector;
}

/** Distinct names whose rules are remembered: more than a very large app has. */
const MAX_NAMES = 100_000;

/** Which rules want to see an event, by a name; found out once a name. */
export class RulesByName<R> {
  readonly #spelled = new Map<string, Entry<R>[]>();
  readonly #tested: { readonly names: NameTest | undefined; readonly entry: Entry<R> }[] = [];
  readonly #known = new Map<string, readonly Entry<R>[]>();

  /** Before the first name is asked for. */
  add(names: readonly string[] | NameTest, rule: R, collector: Collector): void {
    const entry = { rule, collector };
    if ('test' in names) this.#tested.push({ names, entry });
    else if (names.includes('*')) this.#tested.push({ names: undefined, entry });
    else
      for (const name of names) {
        const same = this.#spelled.get(name);
        if (same === undefined) this.#spelled.set(name, [entry]);
        else same.push(entry);
      }
  }

  /** The rules for this name: those that spell it, then those that it looks like. */
  of(name: string): readonly Entry<R>[] {
    let found = this.#known.get(name);
    if (found === undefined) {
      const alike = this.#tested.flatMap(({ names, entry }) => (names === undefined || names.test(name) ? [entry] : []));
      found = [...(this.#spelled.get(name) ?? []), ...alike];
      if (this.#known.size === MAX_NAMES) this.#known.clear();
      this.#known.set(name, found);
    }
    return found;
  }
}
