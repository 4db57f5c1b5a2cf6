import type { ApiAudit, Probe } from '../api-audit.ts';
import { NoAnswer } from '../http/answer.ts';
import { BudgetSpent, type Ledger } from '../http/ledger.ts';
import type { CheckApiOptions } from '../options.ts';
import type { Target } from '../target.ts';
import type { ArtifactName } from './artifacts.ts';
import { collectFindings, type FindingCollector, type Verdict } from './collect-findings.ts';
import type { Need } from './gather-artifacts.ts';
import { Missing } from './missing.ts';
import { createSender, type SendContext } from './send.ts';

export interface ApiAuditResult extends Verdict {
  readonly audit: ApiAudit;
  /** Requests and connections this audit sent; what it shares with others is counted for gathering. */
  readonly sent: number;
  /** Milliseconds. */
  readonly time: number;
}

export interface RunContext {
  readonly target: Target;
  readonly options: CheckApiOptions;
  readonly ledger: Ledger;
  readonly sending: SendContext;
  readonly need: Need;
  /** Whether credentials may be sent to the target. */
  readonly trusted: boolean;
  readonly random: (bytes: number) => Uint8Array;
  readonly now: () => number;
  /** Masked in every text. */
  readonly secrets: readonly string[];
  readonly progress?: ((text: string) => void) | undefined;
}

/** Runs the audits in their order, one after the other: two at once would read each other's rate limits. One that throws is its own error only. */
export async function runApiAudits(audits: readonly ApiAudit[], context: RunContext): Promise<ApiAuditResult[]> {
  const results: ApiAuditResult[] = [];
  for (const [index, audit] of audits.entries()) {
    context.progress?.(`${index + 1}/${audits.length} ${audit.id}`);
    const started = context.now();
    const collector = collectFindings(audit, context.secrets);
    try {
      const artifacts = await gather(audit.needs, context.need);
      await audit.check(artifacts as never, probeFor(audit, collector, context));
    } catch (error) {
      if (error instanceof Missing) collector.settle(error.state, error.message);
      else if (error instanceof BudgetSpent) collector.settle('inconclusive', `Stopped: ${error.message}.`);
      else if (error instanceof NoAnswer) collector.settle('inconclusive', `No answer came (${error.code}: ${error.message}).`);
      else collector.settle('error', `The audit itself failed: ${error instanceof Error ? error.message : String(error)}`);
    }
    results.push({ audit, ...collector.conclude(), sent: context.ledger.sentBy(audit.id), time: context.now() - started });
  }
  return results;
}

async function gather(names: readonly ArtifactName[], need: Need): Promise<Record<string, unknown>> {
  const artifacts: Record<string, unknown> = {};
  for (const name of names) artifacts[name] = await need(name);
  return artifacts;
}

function probeFor(audit: ApiAudit, collector: FindingCollector, context: RunContext): Probe {
  const { target } = context;
  return {
    ...createSender(context.sending, audit.id),
    target,
    options: context.options,
    trusted: context.trusted,
    random: context.random,
    now: context.now,
    report: collector.report,
    inconclusive: (why) => collector.settle('inconclusive', why),
    manual: (why) => collector.settle('manual', why),
    notApplicable: (why) => collector.settle('not-applicable', why),
    note: collector.note,
    countConnection: () => context.ledger.take(audit.id),
    at: (path) => new URL(path, target.url).href,
    nameOf: ({ method, url }) => {
      const { pathname, origin } = new URL(url);
      return origin === target.url.origin ? `${method} ${pathname}` : `${method} ${origin}${pathname}`;
    },
  };
}
