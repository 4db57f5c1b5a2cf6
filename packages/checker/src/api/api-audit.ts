import type { Confidence, References, Severity } from '../audit.ts';
import type { Request } from './http/answer.ts';
import type { CheckApiOptions } from './options.ts';
import type { ArtifactName, Artifacts } from './run/artifacts.ts';
import type { Sender } from './run/send.ts';
import type { Target } from './target.ts';

export type ApiArea = 'transport' | 'pinning' | 'authentication' | 'session' | 'authorisation' | 'exposure' | 'resilience' | 'platform';

/** What a probe found out about one request or connection. */
export interface ApiFinding {
  /** What was asked. @example 'GET /orders', 'TLS handshake' */
  readonly where: string;
  /** What that means, one sentence or two. */
  readonly message: string;
  /** What came back, as it came; tokens are masked before anybody sees it. */
  readonly evidence?: string;
  /** The audit's own when left out. `info` and `low` make a warning, more makes a failure. */
  readonly severity?: Severity;
  /** `low` makes a warning. */
  readonly confidence?: Confidence;
}

/** What an audit works with. Everything it sends is counted for it. */
export interface Probe extends Sender {
  readonly target: Target;
  readonly options: CheckApiOptions;
  /** Whether credentials may be sent to the target. Artifacts that hold an answer to one imply it. */
  readonly trusted: boolean;
  report(finding: ApiFinding): void;
  /** The API did not answer the question; says why. */
  inconclusive(why: string): void;
  /** Only a person can answer; says what to look at. */
  manual(why: string): void;
  notApplicable(why: string): void;
  /** Adds a sentence to a verdict that is no finding. */
  note(text: string): void;
  /** A connection that is no HTTP request. */
  countConnection(): void;
  /** An address at the target. @example at('/orders/7') */
  at(path: string): string;
  /** Short name for findings. @example 'GET /orders' */
  nameOf(request: Pick<Request, 'method' | 'url'>): string;
  readonly random: (bytes: number) => Uint8Array;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/**
 * An audit of a live API is one datum: what must hold, why, how to mend it, what it needs to know, and how it is found out.
 * It sees only the artifacts it names; one that cannot be gathered makes it inconclusive or not applicable, with the reason.
 *
 * Recipe: write `src/api/audits/<id>.ts` exporting one audit, put it into the list in `src/api/audits/index.ts`, and plant the
 * weakness in examples/weak-api.
 */
export interface ApiAudit<Needs extends ArtifactName = ArtifactName> {
  /** Permanent, kebab-case. */
  readonly id: string;
  readonly area: ApiArea;
  /** What holds when the audit passes. */
  readonly title: string;
  /** What is wrong when it fails. */
  readonly failingTitle: string;
  readonly severity: Severity;
  readonly references: References;
  /** What an attacker gains. */
  readonly why: string;
  readonly remedy: { readonly text: string; readonly language: string; readonly code: string };
  /** Whose it is to mend when a Sallyport gateway stands before the API and finds nothing wrong with the request. */
  readonly remains?: { readonly owner: 'backend' | 'policy'; readonly because: string };
  readonly needs: readonly Needs[];
  check(artifacts: Pick<Artifacts, Needs>, probe: Probe): void | Promise<void>;
}

/** Typed identity: `check` sees exactly the artifacts named in `needs`. */
export function defineApiAudit<const Needs extends ArtifactName>(audit: ApiAudit<Needs>): ApiAudit {
  return audit as unknown as ApiAudit;
}
