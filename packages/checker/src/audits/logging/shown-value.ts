import { lastName } from '../../flow/paths.ts';
import type { Expression } from '../../syntax/tree.ts';

/** What a call that makes text of its argument shows: `x` of `String(describing: x)`, `String(x)` and `JSON.stringify(x)`; else the expression itself. */
export function shownValue(node: Expression): Expression {
  const inner = node.kind === 'call' && /^(?:describing|String|stringify)$/.test(lastName(node) ?? '') ? node.args[0]?.value : undefined;
  return inner ?? node;
}

/** The values a text is put together of, by `+` or by interpolation; else the expression itself. */
export function shownParts(node: Expression): readonly Expression[] {
  if (node.kind === 'binary' && node.op === '+') return [...shownParts(node.left), ...shownParts(node.right)];
  return node.kind === 'string' ? node.parts.filter((part) => typeof part !== 'string') : [node];
}
