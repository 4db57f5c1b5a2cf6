import type { CallEvent } from '../../flow/events.ts';
import type { Unit } from '../../flow/project.ts';

/** `onSubmit={send}`, `onSubmit={(values) => send(values)}`, `handleSubmit(send)`: who is given what was typed into a form. */
const GIVEN =
  /\bonSubmit\s*=\s*\{\s*(?:(\w+)\s*\}|(?:async\s*)?\(?\s*(\w+)\s*(?::[^)=]*)?\)?\s*=>\s*\{?\s*(?:await\s+|return\s+)?(\w+)\(\s*\2\b)|\bhandleSubmit\(\s*(\w+)\s*\)/g;
const receivers = new WeakMap<Unit, ReadonlySet<string>>();

/** Whether a name is the parameter of a function that a form of the file hands its values to. */
export function isSubmittedForm(name: string, { scene }: CallEvent): boolean {
  const own = scene.function;
  if (own === undefined || own.params[0]?.name !== name || own.params[0].within !== undefined) return false;
  const { unit } = scene;
  let known = receivers.get(unit);
  if (known === undefined) {
    known = new Set([...unit.source.matchAll(GIVEN)].map(([, plain, , inside, handed]) => plain ?? inside ?? handed ?? ''));
    receivers.set(unit, known);
  }
  return known.has(own.name);
}
