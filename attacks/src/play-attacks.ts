import type { Attack, Outcome } from './attack.ts';
import type { Stage } from './stage.ts';

/** One line of the report: an attack and what came of it. */
export interface PlayedAttack extends Outcome {
  readonly id: string;
  readonly threat: Attack['threat'];
  readonly title: string;
  readonly ms: number;
}

/**
 * Plays attacks one after the other, so that one cannot disturb the evidence of another. An attack that could not be
 * mounted counts as failed: a lab that broke must never look like a house that held.
 *
 * @param onPlayed told of each as it ends, for progress.
 */
export async function playAttacks(
  attacks: readonly Attack[],
  stage: Stage,
  onPlayed: (played: PlayedAttack) => void,
): Promise<PlayedAttack[]> {
  const played: PlayedAttack[] = [];
  for (const attack of attacks) {
    const started = performance.now();
    let outcome: Outcome;
    try {
      outcome = await attack.play(stage);
    } catch (error) {
      outcome = {
        held: false,
        reason: 'not-mounted',
        evidence: error instanceof Error ? `${error.name}: ${error.message}` : String(error),
      };
    }
    const line = { id: attack.id, threat: attack.threat, title: attack.title, ...outcome, ms: Math.round(performance.now() - started) };
    played.push(line);
    onPlayed(line);
  }
  return played;
}
