import type { CallEvent } from '../../flow/events.ts';
import type { Expression, Place } from '../../syntax/tree.ts';
import { declaredChoice } from './declared-choice.ts';

/** Calls whose second argument is the key. */
const KEYED = /(?:^|\.)(?:jwt|jsonwebtoken|jws)\.(?:sign|verify)$|(?:^|\.)createHmac$|\b(?:AES|TripleDES|Rabbit)\.(?:encrypt|decrypt)$/;

/**
 * The text that stands in for a key the environment does not give: `process.env.KEY || 'secret'`. Where the variable was forgotten,
 * everything runs, and with a key that stands in the program.
 */
export function fallbackKey(event: CallEvent): (Place & { readonly text: string }) | undefined {
  if (event.scene.unit.language !== 'script' || !KEYED.test(event.path)) return undefined;
  const given = event.args[1]?.value;
  const made = declaredChoice(event.scene, given)?.value ?? given;
  if (made?.kind !== 'binary' || !/^(?:\|\||\?\?)$/.test(made.op)) return undefined;
  const text = plain(made.right);
  return text === undefined || text === '' ? undefined : { start: made.start, end: made.end, text };
}

const plain = (node: Expression): string | undefined => {
  const [only] = node.kind === 'string' && node.parts.length === 1 ? node.parts : [];
  return typeof only === 'string' ? only : undefined;
};
