import type { ApiFinding } from '../api/api-audit.ts';
import type { Audit } from '../audit.ts';
import type { ProxySight } from './proxy-record.ts';

/** What an audit says of what the proxy saw. */
export interface ProxyVerdict {
  report(finding: ApiFinding): void;
  /** What was seen does not answer the question; says why and what to do. */
  inconclusive(why: string): void;
  /** Only a person can answer; says what to look at. */
  manual(why: string): void;
}

/** An audit of what happened at the proxy is one datum. Recipe: a file in `proxy/audits`, one line in its list. */
export interface ProxyAudit extends Pick<Audit, 'id' | 'area' | 'title' | 'failingTitle' | 'severity' | 'references' | 'why' | 'remedy'> {
  check(sight: ProxySight, verdict: ProxyVerdict): void;
}

/** The same datum as judge and reports read it. */
export function asAudit({ check, ...datum }: ProxyAudit): Audit {
  return { ...datum, needs: [], samples: { pass: [], fail: [] } };
}
