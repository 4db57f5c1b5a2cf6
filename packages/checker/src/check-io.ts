/** The world a check speaks to. */
export interface CheckIo {
  out(text: string): void;
  err(text: string): void;
  readonly terminal: boolean;
  readonly color: boolean;
  /** Columns. */
  readonly width: number;
  now(): Date;
  readonly version: string;
}

/** Nothing could be checked, or the report could not be written. The message is one line: what, why, what to do. */
export class CouldNotRun extends Error {}

/** Exit code for that. */
export const EXIT_COULD_NOT_RUN = 2;
