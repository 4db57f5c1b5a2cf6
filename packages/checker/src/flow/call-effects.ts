import type { Called } from './called.ts';
import type { ArgumentValue } from './events.ts';
import type { Frame } from './frame.ts';
import { NO_SECRET_TYPE } from './name-value.ts';
import { pathOf } from './paths.ts';
import { sensitiveName } from './sensitive-name.ts';
import { combine, isNumeric, MAX_ITEMS, UNKNOWN, type Value } from './value.ts';
import { withEntry } from './with-entry.ts';

/** Calls inside a closure that fill the pointer it is given with random bytes. */
const FILLS_RANDOM = /SecRandomCopyBytes|CCRandomGenerateBytes|arc4random|getentropy|randombytes/;

/** What a call does to variables: `&buffer` arguments, and receivers that take their arguments in. */
export function callEffects({ node, name, traits, receiver, receiverNode, args }: Called, frame: Frame): void {
  for (let index = 0; index < args.length; index++) {
    const arg = args[index] as ArgumentValue;
    const target = arg.value.kind === 'unary' && arg.value.op === '&' ? arg.value.operand : undefined;
    if (target === undefined) continue;
    const path = pathOf(target);
    const old = frame.env.get(path) ?? UNKNOWN;
    if (traits.random) frame.env.set(path, { random: true, type: old.type });
    else if (traits.guards) frame.env.set(path, { guarded: true, type: old.type });
    else {
      let sum: Value = receiver !== undefined && name === 'write' ? receiver : UNKNOWN;
      for (const other of args) if (other !== arg) sum = sum === UNKNOWN ? other.known : combine(sum, other.known);
      frame.env.set(path, {
        ...old,
        literal: false,
        text: undefined,
        number: undefined,
        sensitive: old.sensitive ?? (traits.preserves || name === 'write' ? sum.sensitive : undefined),
        foreign: old.foreign ?? sum.foreign,
      });
    }
  }
  // `signIn(password: x)` says what x is from here on.
  for (let index = 0; index < args.length; index++) {
    const arg = args[index] as ArgumentValue;
    if (
      arg.label === undefined ||
      arg.value.kind !== 'name' ||
      arg.known.literal === true ||
      arg.known.guarded === true ||
      arg.known.sensitive !== undefined
    )
      continue;
    if (sensitiveName(arg.label) !== 'credential' || (arg.known.type !== undefined && NO_SECRET_TYPE.test(arg.known.type))) continue;
    frame.env.set(arg.value.text, { ...arg.known, symbol: undefined, sensitive: { kind: 'credential', name: arg.label } });
  }
  // `crypto.getRandomValues(iv)` fills what it is given.
  if (traits.fills)
    for (const arg of args) if (arg.value.kind === 'name') frame.env.set(arg.value.text, { random: true, type: arg.known.type });
  if (receiverNode === undefined) {
    if (traits.random || traits.copies)
      for (const arg of args) if (arg.value.kind === 'name') frame.env.set(arg.value.text, { random: true });
    return;
  }
  if (name.startsWith('withUnsafeMutable')) {
    const path = pathOf(receiverNode);
    const old = frame.env.get(path);
    // Written to through a pointer: with random bytes, or with what cannot be told.
    if (old !== undefined)
      frame.env.set(path, {
        type: old.type,
        sensitive: old.sensitive,
        random: FILLS_RANDOM.test(frame.unit.source.slice(node.start, node.end)) || undefined,
      });
    return;
  }
  if (name === 'copyBytes' || name === 'getBytes') {
    const to = args[0];
    if (to !== undefined && receiver !== undefined) frame.env.set(pathOf(to.value), { ...receiver, text: undefined });
    return;
  }
  if (traits.removes) {
    const holder = pathOf(receiverNode);
    const key = args[0]?.known.text ?? args[0]?.known.symbol?.replace(/^.*\./, '');
    const known = frame.env.get(holder);
    if (key === undefined || known?.entries === undefined) return;
    const entries = new Map(known.entries);
    entries.delete(key);
    frame.env.set(holder, { ...known, entries });
    return;
  }
  if (!traits.intoReceiver) return;
  if (receiverNode.kind !== 'name' && receiverNode.kind !== 'member') return;
  const path = pathOf(receiverNode);
  const old = frame.env.get(path);
  if (old === undefined) return;
  let sum = old;
  for (const arg of args)
    if (arg.known.closure === undefined)
      sum = {
        ...combine(sum, arg.known),
        composed:
          sum.composed === true || arg.known.composed === true || (arg.known.literal !== true && !isNumeric(arg.known)) || undefined,
      };
  const key = args.find((arg) => arg.label === 'forKey' || arg.label === 'forHTTPHeaderField')?.known.text;
  const entries = key === undefined ? old.entries : withEntry(old.entries, key, args[0]?.known ?? UNKNOWN);
  frame.env.set(path, {
    ...sum,
    symbol: old.symbol,
    type: old.type,
    entries,
    items: old.items === undefined || old.items.length >= MAX_ITEMS ? old.items : [...old.items, ...args.map((arg) => arg.known)],
  });
}
