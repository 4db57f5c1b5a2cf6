import { onceAName } from './once-a-name.ts';
import { sensitiveField, sensitiveName } from './sensitive-name.ts';
import { bareType, type Value } from './value.ts';

/** Types whose values are no secret, whatever their name says. */
export const NO_SECRET_TYPE =
  /^(?:Bool|BOOL|boolean|Date|NSDate|TimeInterval|Void|UI\w+|NSLayout\w+|Selector|Function|Literal|Binding|PassthroughSubject|CurrentValueSubject|AnyCancellable|\w*(?:View|ViewController|Delegate|Button|Label|Cell|Type|State|Status|Error|Kind|Mode|Policy|Rule|Rules|Style)|\w+Result|[\w.]*(?:Blockchain|E[rR][cC]20|Coin|Cancellation|Change|History|Observation)Token)$/;

/** Words only: a key's name, a label, an enum's text. */
const NAME_LIKE = /^[A-Za-z]*(?:[._ -][A-Za-z]+)*$/;

/** Letters and digits alone, to compare a name with a text however each is joined. */
const joined = (text: string): string => text.replaceAll(/[^A-Za-z0-9]/g, '').toLowerCase();

/** A value stored under a name: the name may say that it is a secret, the annotation what type it has. */
export function nameValue(value: Value, name: string, type: string | undefined, constant = false): Value {
  const bare = bareType(type) ?? value.type;
  let sensitive = value.sensitive;
  if (
    sensitive === undefined &&
    // What is derived or hashed into a key is the key.
    value.closure === undefined &&
    (value.guarded !== true || /[kK]ey$/.test(name))
  ) {
    const kind = sensitiveName(name);
    // A constant text under a telling name is a key's name or a hardcoded secret, not a user's secret.
    if (
      kind !== undefined &&
      !type?.includes('->') &&
      !(
        constant &&
        value.literal === true &&
        (value.text === undefined || NAME_LIKE.test(value.text) || joined(value.text) === joined(name))
      ) &&
      !(value.number !== undefined && constant)
    )
      sensitive = { kind, name };
  }
  if (sensitive !== undefined && bare !== undefined && NO_SECRET_TYPE.test(bare)) sensitive = undefined;
  if (sensitive === value.sensitive && bare === value.type) return value;
  return { ...value, sensitive, type: bare };
}

/** A value that was stored under a key: what a record calls `phone` is a number to call, as in a form. */
export function keyValue(value: Value, key: string): Value {
  const named = nameValue(value, key, undefined);
  const kind = named.sensitive === undefined ? sensitiveField(key) : undefined;
  return kind === undefined ? named : { ...named, sensitive: { kind, name: key } };
}

/** `serversForPasswords` gives servers: what stands before the preposition. */
export const beforePreposition = onceAName((name) => name.replace(/(?<=[a-z])(?:For|From|With|By|Using|Of|Without)(?=[A-Z]).*$/, ''));
