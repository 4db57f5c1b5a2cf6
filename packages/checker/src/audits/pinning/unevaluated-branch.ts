import type { Statement } from '../../syntax/tree.ts';

interface Range {
  readonly start: number;
  readonly end: number;
}

/**
 * Where a function that evaluates the chain on one way accepts it on another after comparing no more than a key or a certificate: of
 * `if pinsCertificate { evaluate and compare } else { compare }` the second.
 *
 * @param asks whether the chain is evaluated somewhere in a range
 * @param compares whether a range reads a key or a certificate out of the chain
 */
export function unevaluatedBranch<T extends Range>(
  body: readonly Statement[],
  accepts: readonly T[],
  asks: (range: Range) => boolean,
  compares: (range: Range) => boolean,
): T | undefined {
  let found: T | undefined;
  const read = (statements: readonly Statement[], evaluatedBefore: boolean, comparedBefore: boolean): void => {
    let evaluated = evaluatedBefore;
    let compared = comparedBefore;
    for (const statement of statements) {
      if (statement.kind === 'if') {
        const asked = evaluated || statement.conditions.some(asks);
        compared ||= statement.conditions.some(compares);
        read(statement.consequent, asked, compared);
        read(statement.otherwise, asked, compared);
      } else if (statement.kind === 'switch') for (const { body: branch } of statement.cases) read(branch, evaluated, compared);
      else {
        compared ||= compares(statement);
        if (compared && !evaluated && !asks(statement))
          found ??= accepts.find(({ start, end }) => start >= statement.start && end <= statement.end);
      }
      evaluated ||= asks(statement);
    }
  };
  read(body, false, false);
  return found;
}
