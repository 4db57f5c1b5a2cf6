import type { ArgumentValue, CallEvent } from '../../flow/events.ts';
import { sensitiveName } from '../../flow/sensitive-name.ts';
import type { Sensitive } from '../../flow/value.ts';
import { literally } from '../literally.ts';

/** The handler of a field, up to where it is still the same function: `onChangeText={(text) => { …`. */
const HANDLER = /\bonChange(?:Text)?\s*=\s*\{\s*(?:async\s*)?(?:\(\s*(\w+)\s*(?::[^)]*)?\)|(\w+))\s*=>\s*(?:(?!=>)[\s\S])*$/;
/** The longest way from a handler's beginning to what it logs, and from there to what it sets, that people write. */
const MAX_HANDLER = 200;

/**
 * What is logged of a field as it is typed, told by the state it goes into:
 * `onChangeText={(text) => { console.log(text); setPassword(text.trim()); }}`.
 */
export function typedText(arg: ArgumentValue, event: CallEvent): Sensitive | undefined {
  const { unit } = event.scene;
  if (unit.language !== 'script' || arg.value.kind === 'string') return undefined;
  const { source } = unit;
  const before = source.slice(Math.max(0, event.node.start - MAX_HANDLER), event.node.start);
  const [, inBrackets, bare] = HANDLER.exec(before) ?? [];
  const name = inBrackets ?? bare;
  if (name === undefined || !new RegExp(String.raw`^${literally(name)}\b`).test(source.slice(arg.start, arg.end))) return undefined;
  const from = before.lastIndexOf('onChange');
  const body = before.slice(from) + (source.slice(event.node.end, event.node.end + MAX_HANDLER).split('/>')[0] ?? '');
  // `setPassword(text)`, `setForm({ ...form, password: text })`, `change("password", text)`.
  const found = new RegExp(
    String.raw`\bset([A-Z]\w*)\(\s*${literally(name)}\b|\b(\w+)\s*:\s*${literally(name)}\b(?!\s*=>)|\(\s*['"](\w+)['"]\s*,\s*${literally(name)}\b`,
  ).exec(body);
  const state = found?.slice(1).find((part) => part !== undefined);
  const kind = state === undefined ? undefined : sensitiveName(state);
  return kind === undefined || state === undefined ? undefined : { kind, name: `${name}, which becomes ${state}` };
}
