import type { ChecklistId } from './checklist/release-checklist.ts';
import type { AssignEvent, CallEvent, CompareEvent, DictionaryEvent, FunctionEvent, TextEvent, TypeEvent } from './flow/events.ts';
import type { Artifacts, Need } from './gather/artifacts.ts';
import type { LiveHost } from './gather/live-host.ts';
import type { AppKind } from './judge/app-kind.ts';

export const SEVERITIES = ['info', 'low', 'medium', 'high', 'critical'] as const;
export type Severity = (typeof SEVERITIES)[number];

/** high: what was read leaves no other reading; medium: names or one assumption speak for it; low: worth a look, shown only when asked. */
export type Confidence = 'high' | 'medium' | 'low';

/** Where the weakness is described by others. */
export interface References {
  /** Line of the release checklist this audit helps to prove, or a line beyond it. */
  readonly checklist: ChecklistId;
  readonly masvs?: readonly string[];
  readonly mastg?: readonly string[];
  readonly maswe?: readonly string[];
  readonly cwe: readonly number[];
  /** OWASP API Security Top 10, 2023. */
  readonly api10?: readonly string[];
}

export interface Sample {
  /** File name the text is given; decides how it is read. `Sample.swift` when left out. */
  readonly path?: string;
  readonly text: string;
  /** The live host the sample is held against. */
  readonly live?: LiveHost;
  /** The day of the check, `YYYY-MM-DD`. */
  readonly today?: string;
}

/** What an audit says about one place. */
export interface FindingInput {
  /** Character offset in the unit's source … */
  readonly at?: {
    readonly unit: { readonly path: string; readonly source: string };
    readonly start: number;
    readonly end?: number;
    /** The call through which the place was reached, when it lies in a helper. */
    readonly via?:
      | { readonly unit: { readonly path: string; readonly source: string }; readonly node: { readonly start: number } }
      | undefined;
  };
  /** … or a path with a line (0: the file as a whole). */
  readonly place?: { readonly path: string; readonly line: number; readonly evidence?: string };
  /** Why this place is a weakness, one sentence. */
  readonly message: string;
  readonly confidence?: Confidence;
  readonly severity?: Severity;
  /** Texts that must not appear in the evidence. */
  readonly secrets?: readonly string[];
  /** Kinds of app that need this very place; all that the audit names, when left out. */
  readonly needed?: readonly AppKind[];
  readonly related?: readonly { readonly path: string; readonly line: number; readonly message: string }[];
}

export interface AuditContext {
  report(finding: FindingInput): void;
  /** The artifacts do not answer the question; says why. */
  inconclusive(why: string): void;
  /** Only a person can answer; says what to look at. */
  manual(why: string): void;
  /** The question does not arise in this app; says why. */
  notApplicable(why: string): void;
  /** This run was not given what the question is about; says so, and how to give it. Not applicable, and no proof of anything. */
  notGiven(why: string): void;
  readonly artifacts: Artifacts;
}

/** Tells names apart; asked once a name, so it may be dear. A regular expression is one. */
export interface NameTest {
  test(name: string): boolean;
}

export interface CallRule {
  /** Names of called functions this rule wants to see, or what they look like; `*` for all, which costs. */
  readonly names: readonly string[] | NameTest;
  /** Or the labels of one of its arguments, whatever is called. */
  readonly labels?: readonly string[] | NameTest;
  /** Or every call that is given a secret or personal data. */
  readonly secrets?: true;
  check(event: CallEvent, context: AuditContext): void;
}

export interface AssignRule {
  /** Last words of stored-to targets and declared names, as above. */
  readonly names: readonly string[] | NameTest;
  check(event: AssignEvent, context: AuditContext): void;
}

/**
 * An audit is one datum: what it looks for, why it matters, how to mend it, and how it is told apart.
 *
 * Recipe: write `src/audits/<area>/<id>.ts` exporting one `Audit`, add it to the list in `src/audits/index.ts`; the generic test runs its
 * samples. Code is never searched by hand: give `calls`, `assigns`, `comparisons`, `texts`, `dictionaries`, `functions` or `types`, which are told each
 * event once with what is known of the values (constants, secrets by name, outside data). Other files come in `check`.
 */
export interface Audit {
  /** Permanent, kebab-case. */
  readonly id: string;
  readonly area:
    | 'transport'
    | 'pinning'
    | 'storage'
    | 'secrets'
    | 'logging'
    | 'crypto'
    | 'authentication'
    | 'session'
    | 'platform'
    | 'resilience'
    | 'injection';
  /** What holds when the audit passes. */
  readonly title: string;
  /** What is wrong when it fails. */
  readonly failingTitle: string;
  readonly severity: Severity;
  readonly references: References;
  /** What an attacker gains. */
  readonly why: string;
  readonly remedy: {
    readonly text: string;
    readonly language: string;
    readonly code: string;
    /** The same for React Native and Expo, in TypeScript, where the audit reads scripts as well. */
    readonly script?: string;
  };
  /** Kinds of app that must do this, each with its reason. There the severity falls to `low` (`low` to `info`); nothing is hidden. */
  readonly neededBy?: Readonly<Partial<Record<AppKind, string>>>;
  readonly needs: readonly Need[];
  /** The question only arises in apps for which this holds; otherwise the audit is not applicable. */
  readonly applies?: (artifacts: Artifacts) => boolean;
  /**
   * Audits that say more about the same weakness. Where one of them speaks of a line, and is no less sure, this one is silent about it: a
   * weakness is reported once.
   */
  readonly yieldsTo?: readonly string[];
  /** Whether test code, mocks and previews are audited too. */
  readonly includeTests?: boolean;
  readonly samples: { readonly pass: readonly (string | Sample)[]; readonly fail: readonly (string | Sample)[] };
  readonly calls?: readonly CallRule[];
  readonly assigns?: readonly AssignRule[];
  readonly comparisons?: (event: CompareEvent, context: AuditContext) => void;
  readonly texts?: (event: TextEvent, context: AuditContext) => void;
  readonly dictionaries?: (event: DictionaryEvent, context: AuditContext) => void;
  readonly functions?: (event: FunctionEvent, context: AuditContext) => void;
  readonly types?: (event: TypeEvent, context: AuditContext) => void;
  /** Runs once, after all code events. */
  readonly check?: (artifacts: Artifacts, context: AuditContext) => void;
}

/** Typed identity, so that an audit's literal is checked where it is written. */
export const defineAudit = (audit: Audit): Audit => audit;
