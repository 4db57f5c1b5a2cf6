import type { Plist } from '../gather/artifacts.ts';
import type { PlistNode } from '../gather/read-xml-plist.ts';

/** The node at a path of keys; undefined when any of them is missing. */
export function plistAt(root: PlistNode, ...keys: string[]): PlistNode | undefined {
  let node: PlistNode | undefined = root;
  for (const key of keys) {
    if (node?.kind !== 'dict') return undefined;
    node = node.entries.get(key);
  }
  return node;
}

/** A boolean as Apple reads it: `<true/>`, or the words that build settings put there. */
export function isTrue(node: PlistNode | undefined): boolean {
  return (
    (node?.kind === 'boolean' && node.boolean) ||
    (node?.kind === 'text' && /^(?:yes|true|1)$/i.test(node.text)) ||
    (node?.kind === 'number' && node.number === 1)
  );
}
export function isFalse(node: PlistNode | undefined): boolean {
  return (
    (node?.kind === 'boolean' && !node.boolean) ||
    (node?.kind === 'text' && /^(?:no|false|0)$/i.test(node.text)) ||
    (node?.kind === 'number' && node.number === 0)
  );
}

/** The key's line, with the value's when that stands on the next. */
function plistLine(plist: Plist, line: number): string {
  if (plist.source === '') return 'binary property list';
  const lines = plist.source.split('\n');
  const own = (lines[line - 1] ?? '').trim();
  return own.endsWith('</key>') ? `${own} ${(lines[line] ?? '').trim()}` : own;
}

/** Where a finding about a node is placed. */
export const plistPlace = (plist: Plist, node: PlistNode) => ({ path: plist.path, line: node.line, evidence: plistLine(plist, node.line) });
