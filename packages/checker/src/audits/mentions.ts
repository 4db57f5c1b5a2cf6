import type { Unit } from '../flow/project.ts';

const answers = new WeakMap<Unit, Map<RegExp, boolean>>();

/**
 * Whether a file speaks of something anywhere. Audits ask at each of their events, and a file is searched once for each pattern:
 * searching it at every call would cost the square of its length.
 *
 * @param pattern a constant of the audit without the flag `g`, by which the answer is remembered.
 * @example if (mentions(event.scene.unit, ENCRYPTED)) return;
 */
export function mentions(unit: Unit, pattern: RegExp): boolean {
  let known = answers.get(unit);
  if (known === undefined) {
    known = new Map();
    answers.set(unit, known);
  }
  let answer = known.get(pattern);
  if (answer === undefined) {
    answer = pattern.test(unit.source);
    known.set(pattern, answer);
  }
  return answer;
}
