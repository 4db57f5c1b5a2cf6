/** More distinct names than a very large app has; beyond it all answers are worked out anew. */
const MAX_NAMES = 200_000;

/** All names that were asked about, numbered; one table, so that the many questions about a name look it up in the same place. */
let numbers = new Map<string, number>();

/** Questions about a name come together: the next is mostly about the same one. */
let lastName = '';
let lastNumber = -1;

function numberOf(name: string): number {
  if (name === lastName && lastNumber >= 0) return lastNumber;
  let number = numbers.get(name);
  if (number === undefined) {
    if (numbers.size === MAX_NAMES) numbers = new Map();
    number = numbers.size;
    numbers.set(name, number);
  }
  lastName = name;
  lastNumber = number;
  return number;
}

/**
 * Keeps what one question about a name was answered.
 *
 * @example answers.of('refreshToken', (name) => name.length) // 12, and is not asked again
 */
export class AnswersByName<T> {
  #numbered = numbers;
  #answers: (T | undefined)[] = [];

  /** @param answer must depend on the name alone; `undefined` is not kept. */
  of(name: string, answer: (name: string) => T): T {
    const number = numberOf(name);
    if (this.#numbered !== numbers) {
      this.#numbered = numbers;
      this.#answers = [];
    }
    const known = number < this.#answers.length ? this.#answers[number] : undefined;
    return known === undefined ? this.#ask(name, number, answer) : known;
  }

  #ask(name: string, number: number, answer: (name: string) => T): T {
    const found = answer(name);
    // The answer may have asked about so many other names that the numbers began anew.
    if (this.#numbered !== numbers) return found;
    const answers = this.#answers;
    while (answers.length <= number) answers.push(undefined);
    answers[number] = found;
    return found;
  }
}
