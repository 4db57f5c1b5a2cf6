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
  readonly #tested: { readonly names: NameTest; readonly entry: Entry<R> }[] = [];
  /** Of rules that want all names; the list most names have in common. */
  readonly #always: Entry<R>[] = [];
  readonly #known = new Map<string, readonly Entry<R>[]>();

  /** Before the first name is asked for. */
  add(names: readonly string[] | NameTest, rule: R, collector: Collector): void {
    const entry = { rule, collector };
    if ('test' in names) this.#tested.push({ names, entry });
    else if (names.includes('*')) this.#always.push(entry);
    else
      for (const name of names) {
        const same = this.#spelled.get(name);
        if (same === undefined) this.#spelled.set(name, [entry]);
        else same.push(entry);
      }
  }

  /** The rules for this name: those that spell it, those that it looks like, those that want all. */
  of(name: string): readonly Entry<R>[] {
    let found = this.#known.get(name);
    if (found === undefined) {
      found = this.#find(name);
      if (this.#known.size === MAX_NAMES) this.#known.clear();
      this.#known.set(name, found);
    }
    return found;
  }

  #find(name: string): readonly Entry<R>[] {
    const own = [...(this.#spelled.get(name) ?? [])];
    for (const { names, entry } of this.#tested) if (names.test(name)) own.push(entry);
    return own.length === 0 ? this.#always : [...own, ...this.#always];
  }
}
