import type { Scene } from '../flow/events.ts';
import type { Expression } from '../syntax/tree.ts';
import { walk } from '../syntax/walk.ts';

/** Where a finding about a node of the scene's file is placed. */
export const here = (scene: Scene, node: { readonly start: number; readonly end: number }) => ({
  unit: scene.unit,
  start: node.start,
  end: node.end,
  via: scene.via,
});

/**
 * The same for a choice: where a helper only passes on what it is given, the choice was made by its caller, and that is the line to
 * change. `encrypt(data, algorithm: .des)` rather than the `CCCrypt(op, algorithm, …)` inside.
 */
export function chosenAt(scene: Scene, node: { readonly start: number; readonly end: number }, choice: Expression | undefined) {
  const { via, function: around } = scene;
  if (via === undefined || around === undefined || choice === undefined) return here(scene, node);
  const parameters = new Set(around.params.map((parameter) => parameter.name));
  let passedOn = false;
  walk(choice, (part) => {
    if (part.kind === 'name' && parameters.has(part.text)) passedOn = true;
  });
  return passedOn ? { unit: via.unit, start: via.node.start, end: via.node.end } : here(scene, node);
}
