import { basename, dirname, join } from 'node:path/posix';
import type { Unit } from './project.ts';

/**
 * Of declarations with the same name those a file means: its own; else, in JavaScript, those of the modules it imports, by their path or,
 * where an alias hides it (`@/config`), by their file's name; else all of them.
 *
 * @param candidates must not change any more: what a file means by them is found out once.
 */
export function inReach<T extends { readonly unit: Unit }>(candidates: readonly T[], unit: Unit): readonly T[] {
  if (candidates.length < 2) return candidates;
  let byUnit = reached.get(candidates);
  if (byUnit === undefined) {
    byUnit = new Map();
    reached.set(candidates, byUnit);
  }
  let found = byUnit.get(unit) as readonly T[] | undefined;
  if (found === undefined) {
    found = meant(candidates, unit);
    byUnit.set(unit, found);
  }
  return found;
}

/** A name such as `styles` is declared in a thousand files, and each of them asks for it on many lines. */
const reached = new WeakMap<readonly unknown[], Map<Unit, readonly unknown[]>>();

function meant<T extends { readonly unit: Unit }>(candidates: readonly T[], unit: Unit): readonly T[] {
  const own = candidates.filter((item) => item.unit === unit);
  if (own.length > 0 || unit.language !== 'script') return own.length > 0 ? own : candidates;
  const modules = importedBy(unit);
  const exact = candidates.filter((item) => modules.has(moduleOf(item.unit.path)));
  if (exact.length > 0) return exact;
  const named = candidates.filter((item) => modules.has(basename(moduleOf(item.unit.path))));
  return named.length > 0 ? named : candidates;
}

/** `src/kv.ts` and `src/kv/index.ts` are both imported as `src/kv`. */
const moduleOf = (path: string): string => path.replace(/\.[cm]?[jt]sx?$/, '').replace(/\/index$/, '');

const imports = new WeakMap<Unit, Set<string>>();

/** Paths of relative imports inside the app's folder, and the last word of the others. */
function importedBy(unit: Unit): Set<string> {
  let known = imports.get(unit);
  if (known === undefined) {
    known = new Set();
    for (const statement of unit.tree.statements) {
      if (statement.kind !== 'import') continue;
      const { from } = statement;
      known.add(from.startsWith('.') ? moduleOf(join(dirname(unit.path), from)) : basename(moduleOf(from)));
    }
    imports.set(unit, known);
  }
  return known;
}
