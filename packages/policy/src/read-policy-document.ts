import {
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  type Pair,
  parseDocument,
  visit,
  type YAMLMap,
} from 'yaml';
import { formatPath, PolicyError, type PolicyProblem } from './policy-error.ts';
import type { Place, PolicySource } from './policy-source.ts';

/** What a file held, and where. */
export interface PolicyDocument {
  readonly value: unknown;
  readonly source: PolicySource;
}

/**
 * How many nodes aliases may add up to. A policy that shares a few rate limits needs a dozen; a bomb of nine lines
 * stands for a billion.
 */
const MAX_ALIAS_COUNT = 100;

/**
 * Reads YAML or JSON, strictly: one document, unique keys, text for keys, no tags beyond the core schema.
 *
 * JSON is parsed as JSON; the YAML reader (JSON is a subset of YAML 1.2) is only asked where everything stands.
 *
 * @param file for messages.
 * @throws PolicyError `policy-unreadable` with line and column.
 */
export function readPolicyDocument(text: string, format: 'yaml' | 'json', file: string): PolicyDocument {
  const lines = new LineCounter();
  const unreadable = (offset: number | undefined, what: string, instead: string) =>
    new PolicyError('policy-unreadable', [{ file, ...(offset !== undefined && placeOf(lines, offset)), path: '', what, instead }]);

  let json: unknown;
  if (format === 'json') {
    try {
      json = JSON.parse(text);
    } catch (error) {
      throw jsonError(text, file, error);
    }
  }
  let document: Document.Parsed;
  try {
    // Unique keys are checked below: the reader's own check is quadratic.
    document = parseDocument(text, {
      lineCounter: lines,
      prettyErrors: false,
      strict: true,
      stringKeys: true,
      uniqueKeys: false,
      resolveKnownTags: false,
    });
  } catch (error) {
    throw unreadable(undefined, `cannot be parsed (${messageOf(error)})`, 'nest less deep');
  }
  const source = { locate: createLocator(document, lines, file) };
  if (format === 'json') {
    refuseAmbiguity(document, lines, file);
    return { value: json, source };
  }
  const [problem] = [...document.errors, ...document.warnings];
  if (problem !== undefined) {
    const instead = problem.code === 'TAG_RESOLVE_FAILED' ? 'write the plain value without a tag' : 'mend the YAML here';
    throw unreadable(problem.pos[0], `is not plain YAML (${problem.message})`, instead);
  }
  refuseAmbiguity(document, lines, file);
  try {
    return { value: document.toJS({ maxAliasCount: MAX_ALIAS_COUNT }), source };
  } catch (error) {
    throw unreadable(undefined, `cannot be expanded (${messageOf(error)})`, 'write repeated parts out instead of using aliases (*name)');
  }
}

/** Refuses a key given twice and an alias of nothing, both of which the reader lets by (the first on our request). */
function refuseAmbiguity(document: Document.Parsed, lines: LineCounter, file: string): void {
  const problems: PolicyProblem[] = [];
  const report = (node: Node, path: string, what: string, instead: string) => {
    problems.push({ file, ...(node.range && placeOf(lines, node.range[0])), path, what, instead });
  };
  const anchors = new Set<string>();
  visit(document, {
    Node(_, node) {
      if (isAlias(node)) {
        if (!anchors.has(node.source))
          report(node, '', `the alias *${node.source} stands for nothing`, `write &${node.source} before what it stands for`);
      } else if (node.anchor !== undefined) anchors.add(node.anchor);
      if (!isMap(node)) return;
      const seen = new Set<string>();
      for (const { key } of node.items) {
        if (!isScalar(key)) continue;
        const name = String(key.value);
        if (seen.has(name)) report(key, formatPath([name]), 'the key is given twice', 'keep one of the two');
        seen.add(name);
      }
    },
  });
  if (problems.length > 0) throw new PolicyError('policy-unreadable', problems);
}

/** Finds the deepest part of a path that exists: the key in a map, the item in a list. */
function createLocator(document: Document.Parsed, lines: LineCounter, file: string) {
  // Thousands of wrong keys are looked up one by one; a walk over the map for each would be quadratic.
  const indexes = new WeakMap<object, Map<string, Pair>>();
  const pairsOf = (map: YAMLMap) => {
    const known = indexes.get(map);
    if (known !== undefined) return known;
    const index = new Map(map.items.flatMap((pair) => (isScalar(pair.key) ? [[String(pair.key.value), pair] as const] : [])));
    indexes.set(map, index);
    return index;
  };
  return (path: readonly PropertyKey[]): Place => {
    let node: unknown = document.contents;
    let offset = document.contents?.range?.[0];
    for (const part of path) {
      if (isAlias(node)) node = node.resolve(document);
      if (isMap(node)) {
        const pair = pairsOf(node).get(String(part));
        if (pair === undefined) break;
        offset = (pair.key as Node).range?.[0] ?? offset;
        node = pair.value;
      } else if (isSeq(node) && typeof part === 'number') {
        node = node.items[part];
        offset = (node as Node | undefined)?.range?.[0] ?? offset;
      } else break;
    }
    return offset === undefined ? { file } : { file, ...placeOf(lines, offset) };
  };
}

function placeOf(lines: LineCounter, offset: number): { line: number; column: number } {
  const { line, col } = lines.linePos(offset);
  return { line, column: col };
}

function jsonError(text: string, file: string, error: unknown): PolicyError {
  const before = text.slice(0, jsonErrorOffset(text)).split('\n');
  const place = { file, line: before.length, column: (before.at(-1) as string).length + 1 };
  const what = `is not JSON (${messageOf(error).replace(/,? (\.\.\.)?".*|( in JSON)? at position .*/s, '')})`;
  return new PolicyError('policy-unreadable', [{ ...place, path: '', what, instead: 'mend the JSON here' }]);
}

/**
 * Where JSON goes wrong. Node tells it for some errors and not for others (`Unexpected token`), so the longest beginning
 * that is not yet wrong is searched: about twenty parses.
 */
function jsonErrorOffset(text: string): number {
  let [good, bad] = [0, text.length + 1];
  while (bad - good > 1) {
    const middle = (good + bad) >> 1;
    if (isWrongAlready(text.slice(0, middle))) bad = middle;
    else good = middle;
  }
  return good;
}

function isWrongAlready(beginning: string): boolean {
  try {
    JSON.parse(beginning);
    return false;
  } catch (error) {
    const position = /at position (\d+)/.exec(messageOf(error))?.[1];
    return position === undefined ? messageOf(error).startsWith('Unexpected token') : Number(position) < beginning.length;
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
