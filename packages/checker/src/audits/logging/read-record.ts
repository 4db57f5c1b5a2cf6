import type { CallEvent } from '../../flow/events.ts';
import { lastName, pathOf } from '../../flow/paths.ts';
import { sensitiveField } from '../../flow/sensitive-name.ts';
import type { Sensitive, Value } from '../../flow/value.ts';
import type { Dictionary, Expression } from '../../syntax/tree.ts';
import { literally } from '../literally.ts';

/** What has fields of such names and holds what is said of them: messages of a form, styles, texts, choices. */
const ABOUT_FIELDS =
  /err|exception|fail|valid|touched|dirty|style|theme|colou?r|string|label|text|message|i18n|locale|schema|rules|icon|image|route|navigation|props?$|config|option|setting|ref$|flags?$|enabled|visible|event|action|type|module|service|manager|client$|^(?:t|e|ex|z|yup|this|window|process|firebase|auth|api|db)$/i;
/** People read the parts of a record near the line that shows it. */
const READ_BEFORE = 600;
const READ_AFTER = 1_200;
/** A telephone number or a date of birth is a person's where another part of the record says whose. */
const OF_A_PERSON = /^(?:\w*name|\w*address|\w*e_?mail|city|street|birth\w*|dob)$/i;

/**
 * A record that goes to the log as a whole, told by the parts the code around reads of it, or by those it is made of:
 * `console.log(customer); setPhone(customer.phone)`, `console.log({ name, address, phone })`.
 */
export function readRecord(shown: Expression, known: Value, event: CallEvent): Sensitive | undefined {
  if (known.literal === true) return undefined;
  if (shown.kind === 'dictionary') return madeOf(shown);
  const name = shown.kind === 'name' || shown.kind === 'member' ? pathOf(shown) : '';
  return name === '' || name.startsWith('?') || ABOUT_FIELDS.test(lastName(shown) ?? '') ? undefined : readOf(name, event);
}

function readOf(name: string, { node, scene }: CallEvent): Sensitive | undefined {
  const { source } = scene.unit;
  const from = Math.max(scene.function?.start ?? 0, node.start - READ_BEFORE);
  const until = Math.min(scene.function?.end ?? source.length, node.end + READ_AFTER);
  const near = source.slice(from, until);
  if (near.indexOf(name) === near.lastIndexOf(name)) return undefined;
  const whole = literally(name);
  // `record.phone`, and `{ name, phone } = record`.
  const parts = new RegExp(String.raw`(?<![\w.$])${whole}\??\.(\w+)\b(?!\s*[(.?[=])|\{([^{}]*)\}\s*=\s*${whole}(?![\w.(?[])`, 'g');
  let found: Sensitive | undefined;
  for (const [, read = '', taken = ''] of near.matchAll(parts))
    for (const part of read === '' ? (taken.match(/\w+(?=\s*(?:[,:=]|$))/g) ?? []) : [read]) {
      const kind = sensitiveField(part);
      if (kind === 'credential') return { kind, name: `${name}.${part}`, whole: true };
      if (kind !== undefined) found ??= { kind, name: `${name}.${part}`, whole: true };
    }
  return found;
}

function madeOf({ entries }: Dictionary): Sensitive | undefined {
  const names = entries.flatMap(({ key, value }) => {
    const [name] = key.kind === 'string' ? key.parts : [];
    return typeof name === 'string' && /^(?:name|member)$/.test(value.kind) ? [name] : [];
  });
  const phone = names.find((name) => sensitiveField(name) === 'personal');
  return phone !== undefined && names.some((name) => name !== phone && OF_A_PERSON.test(name))
    ? { kind: 'personal', name: phone, whole: true }
    : undefined;
}
