import type { Stage } from './stage.ts';

/** What came of an attack. `reason` is the refusal's permanent code where there is one, else a few plain words. */
export interface Outcome {
  readonly held: boolean;
  readonly reason: string;
  /** What was seen, in one line, without secrets. */
  readonly evidence: string;
}

/** One attack of the threat table (REQUIREMENTS T1–T8), played for real against running servers. */
export interface Attack {
  readonly id: string;
  readonly threat: 'T1' | 'T2' | 'T3' | 'T4' | 'T5' | 'T6' | 'T7' | 'T8';
  /** What the attacker tries, in plain words. */
  readonly title: string;
  play(stage: Stage): Promise<Outcome>;
}
