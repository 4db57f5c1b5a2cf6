import type { Confidence, Severity } from '../audit.ts';

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
  /** Why it does not count, when it does not. */
  readonly accepted?: { readonly by: 'risk' | 'baseline'; readonly reason: string; readonly owner?: string; readonly expires?: string };
}

export type State = 'pass' | 'fail' | 'warn' | 'manual' | 'not-applicable' | 'inconclusive' | 'error';
