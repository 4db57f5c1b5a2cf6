import type { AssignRule, Audit, AuditContext, CallRule } from '../audit.ts';
import type { CallEvent, Listener } from '../flow/events.ts';
import type { Collector } from './collect.ts';
import { type Entry, RulesByName } from './rules-by-name.ts';

interface Rule<E> {
  check(event: E, context: AuditContext): void;
}

/** One listener that hands each event to the rules that asked for its name. */
export function dispatcher(runs: readonly { readonly audit: Audit; readonly collector: Collector }[]): Listener {
  const calls = new RulesByName<CallRule>();
  const labelled = new RulesByName<CallRule>();
  const ofSecrets: Entry<CallRule>[] = [];
  const assigns = new RulesByName<AssignRule>();
  for (const { audit, collector } of runs) {
    for (const rule of audit.calls ?? []) {
      calls.add(rule.names, rule, collector);
      if (rule.labels !== undefined) labelled.add(rule.labels, rule, collector);
      if (rule.secrets === true) ofSecrets.push({ rule, collector });
    }
    for (const rule of audit.assigns ?? []) assigns.add(rule.names, rule, collector);
  }
  const listening = <E>(listener: (audit: Audit) => Rule<E>['check'] | undefined): Entry<Rule<E>>[] =>
    runs.flatMap(({ audit, collector }) => {
      const check = listener(audit);
      return check === undefined ? [] : [{ rule: { check }, collector }];
    });
  const comparisons = listening(({ comparisons }) => comparisons);
  const texts = listening(({ texts }) => texts);
  const dictionaries = listening(({ dictionaries }) => dictionaries);
  const functions = listening(({ functions }) => functions);
  const types = listening(({ types }) => types);
  return {
    call(event) {
      const named = calls.of(event.name);
      askAll(named, event);
      let asked = named;
      for (let index = 0; index < event.args.length; index++) {
        const { label, known } = event.args[index] as CallEvent['args'][number];
        if (label !== undefined) asked = askOthers(labelled.of(label), event, asked);
        if (known.sensitive !== undefined) asked = askOthers(ofSecrets, event, asked);
      }
    },
    assign: (event) => askAll(assigns.of(event.name), event),
    compare: (event) => askAll(comparisons, event),
    text: (event) => askAll(texts, event),
    dictionary: (event) => askAll(dictionaries, event),
    function: (event) => askAll(functions, event),
    type: (event) => askAll(types, event),
  };
}

/** Runs for every event of every file, so it makes neither closures nor iterators. */
function askAll<E>(entries: readonly Entry<Rule<E>>[], event: E): void {
  for (let index = 0; index < entries.length; index++) ask(entries[index] as Entry<Rule<E>>, event);
}

/** Asks those that were not asked about this event yet. @returns all that were. */
function askOthers(entries: readonly Entry<CallRule>[], event: CallEvent, asked: readonly Entry<CallRule>[]): readonly Entry<CallRule>[] {
  let all = asked;
  for (let index = 0; index < entries.length; index++) {
    const entry = entries[index] as Entry<CallRule>;
    if (all.some(({ rule }) => rule === entry.rule)) continue;
    all = [...all, entry];
    ask(entry, event);
  }
  return all;
}

/** An audit that failed once is not asked again. */
function ask<E>({ rule, collector }: Entry<Rule<E>>, event: E): void {
  if (collector.error !== undefined) return;
  try {
    rule.check(event, collector);
  } catch (error) {
    collector.error = (error as Error).message;
  }
}
