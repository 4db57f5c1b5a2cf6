import type { Scene } from '../flow/events.ts';

/** Where a finding about a node of the scene's file is placed. */
export const here = (scene: Scene, node: { readonly start: number; readonly end: number }) => ({
  unit: scene.unit,
  start: node.start,
  end: node.end,
  via: scene.via,
});
