import type { Collector } from './collect.ts';

interface NamedRule {
  readonly names: readonly string[] | RegExp;
}

/** A rule and who collects what it says. */
interface Entry<R> {
  readonly rule: R;
  readonly collector: Collector;
}

/** Distinct names whose rules are remembered: more than a very large app has. */
const MAX_NAMES = 100_000;

/** Which rules want to see an event, by its name; found out once a name. */
export class RulesByName<R extends NamedRule> {
  readonly #spelled = new Map<string, Entry<R>[]>();
  readonly #patterned: Entry<R>[] = [];
  readonly #known = new Map<string, readonly Entry<R>[]>();

  /** Before the first name is asked for. */
  add(rule: R, collector: Collector): void {
    const entry = { rule, collector };
    if (rule.names instanceof RegExp || rule.names.includes('*')) this.#patterned.push(entry);
    else
      for (const name of rule.names) {
        const same = this.#spelled.get(name);
        if (same === undefined) this.#spelled.set(name, [entry]);
        else same.push(entry);
      }
  }

  /** The rules for this name: those that spell it, then those that it looks like. */
  of(name: string): readonly Entry<R>[] {
    let found = this.#known.get(name);
    if (found === undefined) {
      const alike = this.#patterned.filter(({ rule: { names } }) => !(names instanceof RegExp) || names.test(name));
      found = [...(this.#spelled.get(name) ?? []), ...alike];
      if (this.#known.size === MAX_NAMES) this.#known.clear();
      this.#known.set(name, found);
    }
    return found;
  }
}
