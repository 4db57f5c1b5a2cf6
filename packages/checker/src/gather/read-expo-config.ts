import { readerOf } from '../syntax/reader-of.ts';
import type { Dictionary, Expression, Tree } from '../syntax/tree.ts';
import { walk } from '../syntax/walk.ts';
import type { Plist } from './artifacts.ts';
import type { PlistNode } from './read-xml-plist.ts';

/** Keys that only an Expo configuration has at its top. */
const EXPO_KEYS = ['slug', 'runtimeVersion', 'newArchEnabled', 'updates', 'ios', 'android', 'plugins'];

/**
 * What an Expo configuration says of the native projects: the whole of it, and the Info.plist and entitlements that prebuild makes of its
 * `infoPlist` and `entitlements`. So every audit of property lists holds for `app.json` and `app.config.ts` as well. Values that the
 * configuration computes are left out.
 *
 * @example (await readExpoConfig('app.json', '{ "expo": { "slug": "a", "ios": { "infoPlist": {} } } }')).map(({ role }) => role) // ['expo', 'info']
 */
export async function readExpoConfig(path: string, source: string, tree?: Tree): Promise<Plist[]> {
  // In parentheses JSON is an expression; the one character more changes no line.
  const text = tree === undefined ? `(${source})` : source;
  const { statements } = tree ?? (await readerOf('script'))(path, text);
  const lineAt = lineCounter(text);
  const plists: Plist[] = [];
  walk(statements, (node) => {
    if (node.kind !== 'dictionary') return;
    const parts = new Map(node.entries.map(({ key, value }) => [key.kind === 'string' ? key.parts.join('') : '', { key, value }]));
    const add = (role: Plist['role'], value: Expression, at: number) => {
      const root = convert(value, lineAt, lineAt(at));
      if (root?.kind === 'dict') plists.push({ path, role, root, source });
    };
    const expo = parts.get('expo');
    if (expo?.value.kind === 'dictionary') add('expo', expo.value, expo.key.start);
    else if (EXPO_KEYS.filter((key) => parts.has(key)).length >= 2 && !plists.some((plist) => plist.role === 'expo'))
      add('expo', node, node.start);
    for (const [key, role] of [
      ['infoPlist', 'info'],
      ['entitlements', 'entitlements'],
    ] as const) {
      const part = parts.get(key);
      if (part !== undefined) add(role, part.value, part.key.start);
    }
  });
  return plists.some((plist) => plist.role === 'expo') ? plists : [];
}

/** A value's line is its key's, as in the reader of property lists. */
function convert(node: Expression, lineAt: (offset: number) => number, line: number): PlistNode | undefined {
  switch (node.kind) {
    case 'string':
      return node.parts.every((part) => typeof part === 'string') ? { kind: 'text', text: node.parts.join(''), line } : undefined;
    case 'number':
      return { kind: 'number', number: node.value, line };
    case 'literal':
      return node.text === 'true' || node.text === 'false' ? { kind: 'boolean', boolean: node.text === 'true', line } : undefined;
    case 'array':
      return { kind: 'array', items: node.items.flatMap((item) => convert(item, lineAt, lineAt(item.start)) ?? []), line };
    case 'dictionary':
      return { kind: 'dict', entries: entriesOf(node, lineAt), line };
    default:
      return undefined;
  }
}

function entriesOf(node: Dictionary, lineAt: (offset: number) => number): Map<string, PlistNode> {
  const entries = new Map<string, PlistNode>();
  for (const { key, value } of node.entries) {
    const name = key.kind === 'string' ? key.parts.join('') : undefined;
    const converted = name === undefined ? undefined : convert(value, lineAt, lineAt(key.start));
    if (name !== undefined && converted !== undefined) entries.set(name, converted);
  }
  return entries;
}

function lineCounter(text: string): (offset: number) => number {
  const starts = [0];
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  return (offset) => {
    let low = 0;
    let high = starts.length;
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if ((starts[middle] as number) <= offset) low = middle;
      else high = middle;
    }
    return low + 1;
  };
}
