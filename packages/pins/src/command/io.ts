import type { RehearsalRunner } from '../rehearse/runners.ts';

/** What a command may touch of the process that runs it. */
export interface PinsIo {
  /** Results. */
  readonly stdout: (text: string) => void;
  /** Messages, notes, errors. */
  readonly stderr: (text: string) => void;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Folder that relative paths are meant from. */
  readonly cwd: string;
  /** Forms that others can run in a rehearsal, such as the client. */
  readonly rehearsalRunners?: readonly RehearsalRunner[];
}
