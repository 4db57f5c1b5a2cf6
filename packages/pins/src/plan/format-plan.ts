import type { HostPlan, Outcome, Plan, PlanEvent } from './plan.ts';

/** What each scenario is called. */
export const SCENARIO_TITLES = {
  today: 'Today',
  renewal: 'The next renewals',
  'leaf-key-lost': 'The leaf key is lost',
  'issuer-changed': 'The issuer changes',
  'backup-lost': 'The backup key is lost',
  'leaf-and-issuer-lost': 'Leaf key and issuer at once',
  'issuer-expires': 'An issuer expires',
  'pins-expire': 'The pins expire',
} as const;

/** What each verdict means, in a sentence. */
export const VERDICT_TITLES = {
  survives: 'survives what is coming',
  'single-path': 'hangs on a single path: one mishap cuts apps off',
  breaks: 'will cut apps off',
} as const;

/** Renewals are told one by one at first and then summed up. */
const RENEWALS_TOLD = 3;

/** A plan as text for a terminal. */
export function formatPlan(plan: Plan): string {
  const head = `Set version ${plan.version}, ${day(plan.at)} to ${day(plan.until)}: ${VERDICT_TITLES[plan.verdict]}.${unseenText(plan)}`;
  return `${[head, ...plan.hosts.map(formatHost)].join('\n\n')}\n`;
}

/** Which hosts the plan knows nothing of but what the set says. */
export function unseenText({ hosts }: Plan): string {
  const unseen = hosts.filter(({ outcomes }) => outcomes.some(({ verdict }) => verdict === 'unknown'));
  return unseen.length === 0 ? '' : ` What ${unseen.map(({ host }) => host).join(', ')} shows today was not looked at.`;
}

function formatHost({ host, verdict, outcomes, events }: HostPlan): string {
  const lines = [`${host}: ${VERDICT_TITLES[verdict]}`];
  for (const outcome of outcomes) {
    const mark = { survives: 'ok    ', breaks: 'BREAKS', unknown: '?     ' }[outcome.verdict];
    const at = outcome.at === undefined ? '' : ` (${day(outcome.at)})`;
    lines.push(`  ${mark}  ${SCENARIO_TITLES[outcome.id]}${at}: ${outcome.why}${strandedText(outcome)}.`);
    if (outcome.verdict === 'breaks') lines.push(`          → ${outcome.remedy}`);
  }
  lines.push('', ...tellEvents(events).map(({ at, severity, text }) => `  ${day(at)}  ${severity === 'info' ? ' ' : '!'} ${text}`));
  return lines.join('\n');
}

/** Which app versions an outcome cuts off, as the end of a sentence. */
export function strandedText({ stranded, strandedShare }: Outcome): string {
  if (stranded.length === 0) return '';
  const share = strandedShare === undefined ? '' : `, ${Math.round(strandedShare * 1000) / 10} % of users`;
  return ` [cut off: app ${stranded.join(', ')}${share}]`;
}

/** The events without the long row of renewals: the first few, and then how many more. */
export function tellEvents(events: readonly PlanEvent[]): readonly PlanEvent[] {
  const renewals = events.filter(({ kind }) => kind === 'renewal');
  const more = renewals.slice(RENEWALS_TOLD);
  const last = more.at(-1);
  if (last === undefined) return events;
  const told = events.filter((event) => !more.includes(event));
  const summary: PlanEvent = { ...last, text: `the last of ${more.length} more renewals in this time` };
  return [...told, summary].sort((a, b) => a.at - b.at);
}

/** @example day(0) // '1970-01-01' */
export function day(time: number): string {
  return new Date(time).toISOString().slice(0, 10);
}
