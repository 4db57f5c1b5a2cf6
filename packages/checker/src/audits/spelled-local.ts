import type { Scene } from '../flow/events.ts';
import type { Expression } from '../syntax/tree.ts';
import { walk } from '../syntax/walk.ts';

/** Locals through which a value is followed back; longer chains are rare and cost a pass over the function each. */
const MAX_HOPS = 4;

/** What a local was made of: the expression it was declared with, as long as that is a local again. @example `s` after `let s = "a" + b` // `"a" + b` */
export function spelledLocal(scene: Scene, node: Expression): Expression {
  let found = node;
  for (let hop = 0; hop < MAX_HOPS && found.kind === 'name'; hop++) {
    const { text, start: at } = found;
    let made: Expression | undefined;
    walk(scene.function?.body ?? scene.unit.tree.statements, (item) => {
      if (item.kind === 'declare' && item.name === text && item.value !== undefined && item.start < at) made = item.value;
    });
    if (made === undefined || made === found) break;
    found = made;
  }
  return found;
}

/** The source of an expression and of every local it was made of, joined: for questions of what went into a value. */
export function derivation(scene: Scene, node: Expression): string {
  const { source } = scene.unit;
  const made = new Map<string, Expression[]>();
  walk(scene.function?.body ?? [], (item) => {
    const name = item.kind === 'declare' ? item.name : item.kind === 'assign' && item.target.kind === 'name' ? item.target.text : undefined;
    const value = item.kind === 'declare' || item.kind === 'assign' ? item.value : undefined;
    if (name === undefined || value === undefined) return;
    const before = made.get(name);
    if (before === undefined) made.set(name, [value]);
    else before.push(value);
  });
  const seen = new Set<string>();
  let text = source.slice(node.start, node.end);
  let from: Expression[] = [node];
  for (let hop = 0; hop < MAX_HOPS && from.length > 0; hop++) {
    const next: Expression[] = [];
    walk(from, (item) => {
      const values = item.kind === 'name' && !seen.has(item.text) ? made.get(item.text) : undefined;
      if (item.kind !== 'name' || values === undefined) return;
      seen.add(item.text);
      for (const value of values) text += `\n${source.slice(value.start, value.end)}`;
      next.push(...values);
    });
    from = next;
  }
  return text;
}
