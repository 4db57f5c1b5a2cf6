import type { Scene } from '../../flow/events.ts';
import type { Declare, Expression } from '../../syntax/tree.ts';
import { walk } from '../../syntax/walk.ts';

/** Names through which a text is followed back; longer chains are rare and cost a pass over the function each. */
const MAX_HOPS = 4;

/**
 * Where a name that a call is given was declared, in the function around or else for the whole file: the line that chose the value.
 *
 * @example `options` of `CCCrypt(op, algorithm, options, …)` // `let options = …`
 */
export function declaredChoice(scene: Scene, node: Expression | undefined): Declare | undefined {
  if (node?.kind !== 'name') return undefined;
  let found: Declare | undefined;
  const { text, start } = node;
  if (scene.function !== undefined) {
    // What a function is given was chosen by its caller.
    if (scene.function.params.some(({ name }) => name === text)) return undefined;
    walk(scene.function.body, (item) => {
      if (item.kind === 'declare' && item.name === text && item.value !== undefined && item.start < start) found = item;
    });
  }
  if (found !== undefined) return found;
  return scene.unit.tree.statements.find(
    (item): item is Declare => item.kind === 'declare' && item.name === text && item.value !== undefined,
  );
}

/** A text spelled in the file, and where. */
export interface Written {
  readonly declare: Declare;
  readonly text: string;
}

/** The text an expression was made of, through the names of the file: `pointer` after `let word = "…"`, `let pointer = Pointer(word.utf8)`. */
export function writtenBehind(scene: Scene, node: Expression, hops = MAX_HOPS): Written | undefined {
  let found: Written | undefined;
  walk(node, (item) => {
    if (found !== undefined || item.kind !== 'name' || hops === 0) return;
    const declare = declaredChoice(scene, item);
    if (declare?.value === undefined || declare.value === node) return;
    const { value } = declare;
    const [text] = value.kind === 'string' && value.parts.length === 1 ? value.parts : [];
    found = typeof text === 'string' ? { declare, text } : writtenBehind(scene, value, hops - 1);
  });
  return found;
}
