import type { Node } from './tree.ts';

/**
 * Visits every node below the given ones, closures and nested declarations included. For questions of structure; where values matter
 * the flow's events say more and cost less.
 */
export function walk(nodes: readonly Node[] | Node, visit: (node: Node) => void): void {
  const stack: unknown[] = [nodes];
  while (stack.length > 0) {
    const item = stack.pop();
    if (Array.isArray(item)) {
      for (let index = item.length - 1; index >= 0; index--) stack.push(item[index]);
      continue;
    }
    if (typeof item !== 'object' || item === null) continue;
    if ('kind' in item && 'start' in item) visit(item as Node);
    for (const key in item) {
      const value: unknown = (item as Record<string, unknown>)[key];
      if (typeof value === 'object' && value !== null) stack.push(value);
    }
  }
}
