import type { Confidence, Severity } from '../audit.ts';
import type { AppKind } from './app-kind.ts';

export interface Finding {
  readonly audit: string;
  readonly severity: Severity;
  readonly confidence: Confidence;
  readonly path: string;
  /** 1-based; 0 means the file as a whole. */
  readonly line: number;
  readonly column: number;
  readonly endLine: number;
  readonly endColumn: number;
  /** The line as it stands, secrets masked. */
  readonly evidence: string;
  readonly message: string;
  /** Same weakness, same place, same fingerprint, also when lines move. */
  readonly fingerprint: string;
  readonly related: readonly { readonly path: string; readonly line: number; readonly message: string }[];
  /** The kind of app that needs this, when the app is said to be one: the severity was lowered for it. */
  readonly neededBy?: AppKind;
  /** Why it does not count, when it does not. */
  readonly accepted?: { readonly by: 'risk' | 'baseline'; readonly reason: string; readonly owner?: string; readonly expires?: string };
}

export type State = 'pass' | 'fail' | 'warn' | 'manual' | 'not-applicable' | 'inconclusive' | 'error';
