import { lastName } from '../../flow/paths.ts';
import type { Expression } from '../../syntax/tree.ts';

/** What a call that makes text of its argument shows: `x` of `String(describing: x)`, `String(x)` and `JSON.stringify(x)`; else the expression itself. */
export function shownValue(node: Expression): Expression {
  const inner = node.kind === 'call' && /^(?:describing|String|stringify)$/.test(lastName(node) ?? '') ? node.args[0]?.value : undefined;
  return inner ?? node;
}
