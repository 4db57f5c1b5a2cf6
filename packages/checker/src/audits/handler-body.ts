import type { Scene } from '../flow/events.ts';
import type { Expression } from '../syntax/tree.ts';
import { walk } from '../syntax/walk.ts';

/** Where the text of a handler stands: itself, or the function of that name around it or in its file. */
export function handlerBody(scene: Scene, handler: Expression): { start: number; end: number } {
  if (handler.kind !== 'name') return handler;
  let found: { start: number; end: number } = handler;
  for (const nodes of [scene.unit.tree.statements, scene.function?.body ?? []])
    walk(nodes, (node) => {
      if ((node.kind === 'function' || node.kind === 'declare') && node.name === handler.text) found = node;
    });
  return found;
}
