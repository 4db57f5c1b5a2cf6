import type { FindingInput } from '../audit.ts';
import type { Scene } from '../flow/events.ts';
import type { Sensitive } from '../flow/value.ts';
import { here } from './event-place.ts';

/**
 * Where a leaked secret is reported: at the place that leaks it; or, when a function that does not know what it is given does so
 * (`log(message)`), at the call that hands it the secret, for that is the line to mend.
 */
export function placeOfSecret(
  secret: Sensitive,
  event: { readonly scene: Scene; readonly node: { readonly start: number; readonly end: number } },
): Pick<FindingInput, 'at' | 'related'> {
  const { handed } = secret;
  if (handed === undefined) return { at: here(event.scene, event.node) };
  const { unit } = event.scene;
  const line = unit.source.slice(0, event.node.start).split('\n').length;
  return {
    at: { unit: handed.unit, start: handed.node.start, end: handed.node.end },
    related: [{ path: unit.path, line, message: 'Here it leaves the app’s memory.' }],
  };
}
