import { lastName } from '../../flow/paths.ts';
import type { Expression } from '../../syntax/tree.ts';

/** Members and calls that change the form of a text and not what it says. */
const FORMS = /^(?:utf8|utf16|unicodeScalars|map|data|bytes|utf8CString|lowercased|dataUsingEncoding|UTF8String|cString|copy|bridge)$/;
const HOLDERS = /^(?:Array|Data|NSData|String|NSString|NSMutableString|ContiguousArray|SymmetricKey|initWithString|stringWithString)$/;
/** Deeper nesting is a computation. */
const MAX_NESTING = 6;

/**
 * The text an expression is written as, through conversions and fallbacks: `"…".utf8.map { $0 }`, `Data("…".utf8)`, `env.KEY ?? "…"`.
 *
 * @returns undefined when it is no text that stands in the program.
 */
export function writtenText(node: Expression | undefined, nesting = 0): string | undefined {
  if (node === undefined || nesting > MAX_NESTING) return undefined;
  const inside = (inner: Expression | undefined): string | undefined => writtenText(inner, nesting + 1);
  switch (node.kind) {
    case 'string':
      return node.parts.length === 1 && typeof node.parts[0] === 'string' ? node.parts[0] : undefined;
    case 'member':
      return FORMS.test(node.name) ? inside(node.object) : undefined;
    case 'unary':
      return node.op === '!' || node.op === '?' ? inside(node.operand) : undefined;
    case 'cast':
      return inside(node.value);
    case 'binary':
      return node.op === '??' || node.op === '||' ? inside(node.right) : undefined;
    case 'call': {
      const name = lastName(node) ?? (node.callee.kind === 'array' ? 'Array' : '');
      if (HOLDERS.test(name)) return inside(node.args[0]?.value);
      return node.callee.kind === 'member' && FORMS.test(name) ? inside(node.callee.object) : undefined;
    }
    default:
      return undefined;
  }
}
