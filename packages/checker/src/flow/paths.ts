import type { Expression } from '../syntax/tree.ts';
import { onceAName } from './once-a-name.ts';

/** Dotted spelling: `self.store.token`, `request().header`, `query[]`. */
export function pathOf(node: Expression): string {
  switch (node.kind) {
    case 'name':
      return node.text === 'this' ? 'self' : node.text;
    case 'member':
      if (node.object === undefined) return `.${node.name}`;
      if (node.object.kind === 'name' && node.object.text === 'self') return ownPath(node.name);
      return `${pathOf(node.object)}.${node.name}`;
    case 'call':
      return `${pathOf(node.callee)}()`;
    case 'index': {
      const key = node.args[0]?.value;
      return `${pathOf(node.object)}[${key?.kind === 'string' && key.parts.length === 1 ? String(key.parts[0]) : key?.kind === 'name' || key?.kind === 'member' ? pathOf(key) : ''}]`;
    }
    case 'cast':
      return pathOf(node.value);
    case 'unary':
      return pathOf(node.operand);
    default:
      return '?';
  }
}

/** `self.token`: how what belongs to the object itself is spelled. */
export const ownPath = onceAName((name) => `self.${name}`);

/** The last name of an expression: `field` of `self.form.field`, `load` of `store.load()`. */
export function lastName(node: Expression): string | undefined {
  if (node.kind === 'name') return node.text;
  if (node.kind === 'member') return node.name;
  if (node.kind === 'call') return lastName(node.callee);
  if (node.kind === 'index') return lastName(node.object);
  if (node.kind === 'cast') return lastName(node.value);
  return undefined;
}
