/** More distinct names than a very large app has; beyond it the answers are worked out anew. */
const MAX_NAMES = 200_000;

/**
 * Keeps what a question about a name was answered: an app spells few names, and each of them very often.
 *
 * @param answer must depend on the name alone; `undefined` is not kept.
 * @example const isShort = onceAName((name) => name.length < 3);
 */
export function onceAName<T>(answer: (name: string) => T): (name: string) => T {
  const answers = new Map<string, T>();
  return (name) => {
    const known = answers.get(name);
    if (known !== undefined) return known;
    const found = answer(name);
    if (answers.size === MAX_NAMES) answers.clear();
    answers.set(name, found);
    return found;
  };
}
