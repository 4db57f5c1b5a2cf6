import { AnswersByName } from './answers-by-name.ts';

/**
 * Keeps what a question about a name was answered: an app spells few names, and each of them very often.
 *
 * @param answer must depend on the name alone; `undefined` is not kept.
 * @example const isShort = onceAName((name) => name.length < 3);
 */
export function onceAName<T>(answer: (name: string) => T): (name: string) => T {
  const answers = new AnswersByName<T>();
  return (name) => answers.of(name, answer);
}
