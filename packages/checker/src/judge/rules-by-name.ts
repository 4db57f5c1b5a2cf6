import type { NameTest } from '../audit.ts';
import { AnswersByName } from '../flow/answers-by-name.ts';
import type { Collector } from './collect.ts';

/** A rule and who collects what it says. */
export interface Entry<R> {
  readonly rule: R;
  readonly collector: Collector;
}

/** Which rules want to see an event, by a name; found out once a name. */
export class RulesByName<R> {
  readonly #spelled = new Map<string, Entry<R>[]>();
  readonly #tested: { readonly names: NameTest; readonly entry: Entry<R> }[] = [];
  /** Of rules that want all names; the list most names have in common. */
  readonly #always: Entry<R>[] = [];
  readonly #known = new AnswersByName<readonly Entry<R>[]>();
  readonly #ask = (name: string) => this.#find(name);

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
    return this.#known.of(name, this.#ask);
  }

  #find(name: string): readonly Entry<R>[] {
    const own = [...(this.#spelled.get(name) ?? [])];
    for (const { names, entry } of this.#tested) if (names.test(name)) own.push(entry);
    return own.length === 0 ? this.#always : [...own, ...this.#always];
  }
}
