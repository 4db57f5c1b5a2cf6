import type { AuditContext } from '../../audit.ts';
import type { CallEvent } from '../../flow/events.ts';
import type { Unit } from '../../flow/project.ts';
import type { Value } from '../../flow/value.ts';
import type { Expression } from '../../syntax/tree.ts';
import { here } from '../event-place.ts';

/**
 * Where constant bytes are spelled out, when that is not inside the call that uses them: the line to empty, in its file or in another.
 *
 * @returns undefined when they stand in the call itself or are nowhere written as a literal.
 */
export function spelledAt(value: Value, event: CallEvent, { artifacts }: AuditContext): Spelled | undefined {
  const { from } = value;
  if (from === undefined) return undefined;
  const own = event.scene.unit;
  const inside = from.start >= event.node.start && from.end <= event.node.end;
  if (isSpelled(value, from, own)) return inside ? undefined : here(event.scene, from);
  // A constant of another file: no two files spell the same bytes at the same place, or it is all one which of them is named.
  const unit =
    from.kind === 'string' ? artifacts.code.find((other) => sameProgram(own, other) && isSpelled(value, from, other)) : undefined;
  return unit === undefined ? undefined : { unit, start: from.start, end: from.end, via: undefined };
}

/** The native half of an app and its scripts know none of each other's constants. */
const sameProgram = (own: Unit, other: Unit): boolean => other !== own && (own.language === 'script') === (other.language === 'script');

type Spelled = ReturnType<typeof here>;

function isSpelled({ text }: Value, from: Expression, { source }: Unit): boolean {
  const written = source.slice(from.start, from.end);
  if (from.kind === 'array') return /^[[{][\s\S]*[\]}]$/.test(written);
  return text !== undefined && text !== '' && written.includes(text);
}

/** The line of a call, for messages; with its file, where the message stands in another. */
export function lineOf(event: CallEvent, readIn: Unit = event.scene.unit): string {
  const { source, path } = event.scene.unit;
  const line = source.slice(0, event.node.start).split('\n').length;
  return readIn === event.scene.unit ? String(line) : `${line} of ${path}`;
}
