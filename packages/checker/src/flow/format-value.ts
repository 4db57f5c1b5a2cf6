import type { Call, Expression, Text } from '../syntax/tree.ts';
import { bringsValue } from './composed-part.ts';
import type { ArgumentValue } from './events.ts';
import { combine, isNumeric, UNKNOWN, type Value } from './value.ts';

const FORMATS = /^(?:stringWithFormat|initWithFormat|localizedStringWithFormat|initFormat)$/;
const TEXT_TYPES = /^(?:NS(?:Mutable)?)?String$/;
/** A conversion of printf(3) and NSString, or an escaped percent sign. */
const CONVERSION = /%(?:%|(?:\d+\$)?[-+ #0']*(?:\d+|\*)?(?:\.(?:\d+|\*))?(?:hh?|ll?|q|L|z|t|j)?([@a-zA-Z]))/g;

/**
 * What is known of `[NSString stringWithFormat:@"… %@ …", a]` and `String(format: "… %@ …", a)`: the text with its holes, as of an
 * interpolated one. What is converted to a number cannot change the meaning of a text around it.
 *
 * @returns undefined when the call formats nothing, or its format is not written out.
 */
export function formatValue(node: Call, name: string, args: readonly ArgumentValue[]): Value | undefined {
  const format = args[0];
  const text = format?.known.text;
  if (format === undefined || text === undefined || !(FORMATS.test(name) || (format.label === 'format' && TEXT_TYPES.test(name))))
    return undefined;
  const given = args.slice(1).filter((arg) => arg.label !== 'locale' && arg.label !== 'arguments');
  const list = args.find((arg) => arg.label === 'arguments');
  const values: { known: Value; value: Expression }[] =
    list?.value.kind === 'array' ? list.value.items.map((value, index) => ({ value, known: list.known.items?.[index] ?? UNKNOWN })) : given;
  const parts: (string | Expression)[] = [];
  let sum: Value = { text: '', literal: true };
  /** Places in `parts` of what is neither written out nor a number. */
  const open: number[] = [];
  let composed = false;
  let from = 0;
  let tail = '';
  let next = 0;
  for (const match of text.matchAll(CONVERSION)) {
    const conversion = match[1];
    const piece = text.slice(from, match.index) + (conversion === undefined ? '%' : '');
    from = match.index + match[0].length;
    tail += piece;
    sum = combine(sum, { text: piece, literal: true });
    const filled = conversion === undefined ? undefined : values[next++];
    if (conversion === undefined || filled === undefined) continue;
    const { known, value } = filled;
    if (!/[@sS]/.test(conversion) && known.number === undefined) {
      // Whatever number it will be.
      tail += '0';
      sum = combine(sum, { sensitive: known.sensitive });
      continue;
    }
    if (known.composed === true) composed = true;
    else if (known.literal !== true && !isNumeric(known)) open.push(parts.length + 1);
    parts.push(tail, value);
    tail = '';
    sum = combine(sum, known.number === undefined ? known : { ...known, text: String(known.number) });
  }
  const end = text.slice(from);
  parts.push(tail + end);
  const made: Text = { kind: 'string', parts, start: node.start, end: node.end };
  composed ||= open.some((index) => bringsValue(made, index));
  return { ...combine(sum, { text: end, literal: true }), composed: composed || undefined, type: 'String', from: made };
}
