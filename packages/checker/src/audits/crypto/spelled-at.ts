import type { CallEvent } from '../../flow/events.ts';
import type { Value } from '../../flow/value.ts';

/**
 * Where constant bytes are spelled out, when that is in the file of the call that uses them but not inside the call: the line to empty.
 *
 * @returns undefined when they stand in the call itself, in another file, or are nowhere written as a literal.
 */
export function spelledAt(value: Value, event: CallEvent): { readonly start: number; readonly end: number } | undefined {
  const { from, text } = value;
  if (from === undefined || (from.start >= event.node.start && from.end <= event.node.end)) return undefined;
  const written = event.scene.unit.source.slice(from.start, from.end);
  if (from.kind === 'array') return /^[[{][\s\S]*[\]}]$/.test(written) ? from : undefined;
  return text !== undefined && text !== '' && written.includes(text) ? from : undefined;
}

/** The line of a call, for messages. */
export const lineOf = (event: CallEvent): number => event.scene.unit.source.slice(0, event.node.start).split('\n').length;
