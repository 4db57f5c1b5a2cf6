import { combine, either, isNumeric, type Value } from './value.ts';

/** What is known of `left op right`. */
export function binaryValue(op: string, left: Value, right: Value): Value {
  if (op === '+' || op === '+=') {
    if (left.number !== undefined && right.number !== undefined) return { number: left.number + right.number, literal: true };
    const sum = combine(left, right);
    const composed = [left, right].some((side) => side.composed === true || (side.literal !== true && !isNumeric(side)));
    return { ...sum, composed: composed || undefined, items: left.items ?? right.items, type: left.type ?? right.type };
  }
  if (op === '??' || op === '||') {
    if (op === '||' && left.type === 'Bool') return { type: 'Bool' };
    return either(left, right);
  }
  if (op === '*' && left.number !== undefined && right.number !== undefined) return { number: left.number * right.number, literal: true };
  if (op === '-' && left.number !== undefined && right.number !== undefined) return { number: left.number - right.number, literal: true };
  if (op === '<<' && left.number !== undefined && right.number !== undefined)
    return { number: left.number * 2 ** right.number, literal: true };
  if (op === '|') return { literal: left.literal === true && right.literal === true, items: [left, right] };
  if (/^[-*/%]$/.test(op)) return { literal: left.literal === true && right.literal === true, type: left.type ?? right.type };
  if (op === '..<' || op === '...') return { literal: true, type: 'Range' };
  if (/^(?:[=!<>]=?=?|&&|\|\||is|instanceof|in|~=)$/.test(op)) return { type: 'Bool' };
  // An operator of the project or of a library: its result is made of both sides.
  return { ...combine(left, right), text: undefined };
}
