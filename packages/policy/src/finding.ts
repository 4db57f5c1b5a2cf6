/** One thing found by looking at several keys of a policy at once, not yet placed in a file. */
export interface Finding {
  readonly severity: 'error' | 'warning';
  readonly path: readonly PropertyKey[];
  readonly what: string;
  readonly instead: string;
}
