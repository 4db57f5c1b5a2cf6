import type { CallEvent } from '../../flow/events.ts';
import { NETWORK_RESPONSE } from '../../flow/known-calls.ts';
import { lastName } from '../../flow/paths.ts';
import { WRITES_OUT } from '../../flow/secret-type.ts';
import { isNumeric, type Value } from '../../flow/value.ts';
import type { Expression } from '../../syntax/tree.ts';
import { literally } from '../literally.ts';
import { personalOfSystem } from '../personal-source.ts';
import { namesSession } from './session-name.ts';

/** `setItem('user', JSON.stringify(user))`, `set(encoded, forKey: "accounts")`: a person's record, with all the server said of it. */
export function storedRecord(event: CallEvent, key: string | undefined): string | undefined {
  const session = key !== undefined && namesSession(key) ? key : undefined;
  for (const { value, known } of event.args) {
    const encoded = value.kind === 'call' && lastName(value) === 'stringify' ? value.args[0]?.value : undefined;
    if (known.foreign === NETWORK_RESPONSE || /^(?:name|member)$/.test(encoded?.kind ?? '')) {
      const name = encoded === undefined ? '' : (lastName(encoded) ?? '');
      if (session !== undefined) return session;
      if (namesSession(name)) return name;
      const personal = personalOfSystem(name, event.scene.unit);
      if (personal !== undefined) return personal.name;
    } else if (session !== undefined && isRecord(value, known, event)) return session;
  }
  return undefined;
}

/** An object as a whole, or what it was made into to be stored: `user`, `encodedAccounts`, `encoder.encode(user)`. */
function isRecord(value: Expression, known: Value, { scene: { unit }, node }: CallEvent): boolean {
  if (known.literal === true || known.guarded === true || isNumeric(known)) return false;
  const name = lastName(value) ?? '';
  if (value.kind === 'call') return WRITES_OUT.test(name);
  if (!/^(?:name|member)$/.test(value.kind)) return false;
  if (namesSession(name) || RECORD.test(name)) return true;
  const before = unit.source.slice(Math.max(0, node.start - MAX_ENCODING), node.start);
  return new RegExp(String.raw`\b${literally(name)}\s*=\s*(?:try[?!]?\s+)?[\w.()]*\bencode\(`).test(before);
}
/** People store what they encoded at once. */
const MAX_ENCODING = 200;
const RECORD = /^(?:encoded|archived|serialized)|(?:data|json|dict|dictionary|info|record|object|encoded|archive)$/i;
