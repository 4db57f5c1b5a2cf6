import type { ArgumentValue, CallEvent } from '../../flow/events.ts';
import { pathOf } from '../../flow/paths.ts';
import type { Expression } from '../../syntax/tree.ts';

/** These show a `Data` as Swift describes it; `dump` and a format's `%@` show its bytes. */
const DESCRIBES = /^(?:print|debugPrint|NSLog)$/;

/**
 * Whether all that an argument of a log call shows of its values is how long they are: Swift describes a `Data` as `32 bytes`.
 *
 * @example print(body) // let body = try JSONEncoder().encode(account)
 */
export function showsSizeOnly({ value, known }: ArgumentValue, event: CallEvent): boolean {
  if (event.scene.unit.language !== 'swift' || !DESCRIBES.test(event.name)) return false;
  if (value.kind !== 'string') return event.name !== 'NSLog' && isBytes(value, event, known.type);
  const shown = value.parts.filter((part) => typeof part !== 'string');
  return shown.length > 0 && shown.every((part) => isBytes(part, event, undefined));
}

function isBytes(node: Expression, event: CallEvent, type: string | undefined): boolean {
  if (node.kind === 'unary') return node.op === '!' && isBytes(node.operand, event, type);
  if (node.kind !== 'name' && node.kind !== 'member') return false;
  return (type ?? event.scene.lookup(pathOf(node))?.type) === 'Data';
}
