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

/**
 * The module whose default export a file calls by this name: a path from the app's folder or, where an alias hides that, its last word.
 *
 * @example defaultImport(unit, 'config') // '/src/config' after `import config from './config'`, 'config' after `… from '@/config'`
 */
export function defaultImport(unit: Unit, name: string): string | undefined {
  let known = defaults.get(unit);
  if (known === undefined) {
    known = new Map();
    for (const statement of unit.tree.statements)
      if (statement.kind === 'import' && statement.local !== undefined)
        known.set(statement.local, `${statement.from.startsWith('.') ? '/' : ''}${pathFrom(unit, statement.from)}`);
    defaults.set(unit, known);
  }
  return known.get(name);
}

/**
 * The default export of a module, by its path or, where an alias hides that, by its file's name when no other is called so.
 *
 * @param module as `defaultImport` gives it.
 * @param all must not change any more: they are sorted by their modules once.
 */
export function exportOf<T extends { readonly unit: Unit }>(module: string, all: readonly T[]): T | undefined {
  let byModule = exported.get(all) as Map<string, T[]> | undefined;
  if (byModule === undefined) {
    byModule = new Map();
    for (const item of all) {
      const path = moduleOf(item.unit.path);
      for (const name of [`/${path}`, basename(path)]) {
        const same = byModule.get(name);
        if (same === undefined) byModule.set(name, [item]);
        else same.push(item);
      }
    }
    exported.set(all, byModule);
  }
  const found = byModule.get(module) ?? [];
  return found.length === 1 ? found[0] : undefined;
}

const exported = new WeakMap<readonly unknown[], Map<string, readonly unknown[]>>();
const defaults = new WeakMap<Unit, Map<string, string>>();
const imports = new WeakMap<Unit, Set<string>>();

const pathFrom = (unit: Unit, from: string): string =>
  from.startsWith('.') ? moduleOf(join(dirname(unit.path), from)) : basename(moduleOf(from));

/** Paths of relative imports inside the app's folder, and the last word of the others. */
function importedBy(unit: Unit): Set<string> {
  let known = imports.get(unit);
  if (known === undefined) {
    known = new Set();
    for (const statement of unit.tree.statements) {
      if (statement.kind !== 'import') continue;
      known.add(pathFrom(unit, statement.from));
    }
    imports.set(unit, known);
  }
  return known;
}
