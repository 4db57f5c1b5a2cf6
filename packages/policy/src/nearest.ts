/**
 * The name somebody probably meant: the nearest by edits (a swap of neighbours counts as one), if it is near at all.
 *
 * @returns one of `names`, or `undefined` when none is near.
 * @example nearest('upstraem', ['listen', 'upstream']) // 'upstream'
 */
export function nearest(name: string, names: Iterable<string>): string | undefined {
  // A key longer than this was not mistyped from one of ours, and the comparison is quadratic.
  if (name.length > 64) return undefined;
  let best: string | undefined;
  // A third of the name may be wrong; beyond that a guess misleads.
  let least = Math.max(1, Math.floor(name.length / 3)) + 1;
  for (const candidate of names) {
    const edits = countEdits(name.toLowerCase(), candidate.toLowerCase());
    if (edits < least) [best, least] = [candidate, edits];
  }
  return best;
}

/** Optimal string alignment distance, three rows at a time. */
function countEdits(from: string, to: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (let row = 1; row <= from.length; row++) {
    const current = [row];
    for (let column = 1; column <= to.length; column++) {
      const change = from[row - 1] === to[column - 1] ? 0 : 1;
      let edits = Math.min(at(last, column) + 1, at(current, column - 1) + 1, at(last, column - 1) + change);
      if (row > 1 && column > 1 && from[row - 1] === to[column - 2] && from[row - 2] === to[column - 1]) {
        edits = Math.min(edits, at(beforeLast, column - 2) + 1);
      }
      current.push(edits);
    }
    [beforeLast, last] = [last, current];
  }
  return at(last, to.length);
}

function at(row: readonly number[], index: number): number {
  return row[index] as number;
}
