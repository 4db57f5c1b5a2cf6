import type { ArgumentValue, CallEvent } from '../../flow/events.ts';
import { ABOUT } from '../../flow/known-calls.ts';
import { lastName, pathOf } from '../../flow/paths.ts';
import { isAround, sensitiveName, words } from '../../flow/sensitive-name.ts';
import { isNumeric, type Sensitive } from '../../flow/value.ts';
import type { Expression } from '../../syntax/tree.ts';
import { personalOfSystem } from '../personal-source.ts';
import { PERSON } from './logged-record.ts';
import { shownValue } from './shown-value.ts';

/** The words right before a value, and what joins them to it: `Access token: `, `password = `, `otp is `. */
const LABEL = /(?:^|[\n,;|({[\]>.!*#-]|\s-|[^\x20-\x7e])\s*([A-Za-z][\w' -]{1,60}?)\s*(?::|=+>?|-+>|\bis\b|\bare\b|)\s*["'“(<[{\s]*$/;
/** Characters in which a label and what joins it to its value stand, with room to spare. */
const LABEL_REACH = 160;
/** A message about the thing, not the thing: `token error: `, `no password for `, `length of key: `. */
const SAYS_OTHER =
  /\b(?:err|error|fail\w*|invalid|illegal|missing|cannot|can't|couldn'?t|could|unable|not|no|without|for|from|of|in|at|by|to|on|type|kind|count|number|length|size|expir\w*|valid|empty|attempts?|refreshing|deleting|removing|clearing|saving|checking|validat\w*|verif\w*|status|state|reset|forgot|changed?|updated?|request(?:ing)?|url|path|name|hash\w*|encrypted|public|exists?|found|has|have|is|if|when|unknown|unexpected|unsupported|match\w*)\b|\b(?:saved|stored|loaded|refreshed|done|ok)$/;
/** What a server answers to a sign-in: `Login JSON: `, `sign up response `, `auth result: `. */
const ANSWER =
  /\b(?:log ?in|logged in|sign(?:ed)? ?in|sign(?:ed)? ?up|auth|authentication|authorization|oauth|tokens?|register|registration) (?:api )?(?:json|response|result|data|answer|payload|body)$/;
/** What such an answer is called; of a system's own `data` and `response` the log shows a length and headers. */
const ANSWER_NAME = /res$|resp$|response|result|answer|data|json|dict|object|payload|body|user|value|^credentials?$/i;
/** What was done to get it says nothing of what it is: `Fetched user data: `. */
const GOT = /^(?:the |got |fetched |loaded |retrieved |received |signed in |logged in )+/;
const DECRYPTED = /\bdecrypt(?:ed)?\b/;
/** Values that their own name calls something else than the secret. */
const OTHER_VALUE =
  /^(?:e|ex|_)$|err|exception|count|length|size|status|code$|state|reason|message|msg|ur[li]|path|type|kind|index|date|time|expir|attempt|enabled|exists|flag|^(?:is|has|should|did|can)[A-Z]|host|name|version|public|encrypted|hash|masked|redacted|device|push|fcm|apns?/i;
/** Conversions of printf(3) and NSString; what is marked private stays so. */
const CONVERSION = /%(?:\d+\$)?(?:\{(?<privacy>[a-z, ]+)\})?[-+ #0]*\d*(?:\.\d+)?(?:hh?|ll?|q|z)?(?<kind>[@a-zA-Z%])/g;

/**
 * A value that the text before it calls a secret: `print("access token: \(value)")`, `NSLog(@"password %@", text)`,
 * `console.log('token', data)`. What the variable is called does not matter then.
 */
export function labelledValue(event: CallEvent): Sensitive | undefined {
  const { args } = event;
  const [format] = args;
  const spelled = format?.known.text;
  if (spelled?.includes('%') === true && format?.value.kind === 'string' && args.length > 1) return inFormat(spelled, args.slice(1), event);
  for (const [index, { value }] of args.entries()) {
    const found =
      value.kind === 'string'
        ? inString(value.parts, event)
        : value.kind === 'binary' && value.op === '+'
          ? inSum(value, event)
          : undefined;
    if (found !== undefined) return found;
    const before = args[index - 1]?.value;
    if (before?.kind !== 'string' || value.kind === 'string') continue;
    const label = before.parts.at(-1);
    const beside = typeof label === 'string' ? named(label, value, event) : undefined;
    if (beside !== undefined) return beside;
  }
  return undefined;
}

function inString(parts: readonly (string | Expression)[], event: CallEvent): Sensitive | undefined {
  for (const [index, part] of parts.entries()) {
    const before = parts[index - 1];
    const found = typeof part !== 'string' && typeof before === 'string' ? named(before, shownValue(part), event) : undefined;
    if (found !== undefined) return found;
  }
  return undefined;
}

/** `"token: " + value + "."`, from left to right. */
function inSum(node: Expression, event: CallEvent): Sensitive | undefined {
  const items: Expression[] = [];
  for (let rest: Expression = node; ; rest = rest.left) {
    if (rest.kind !== 'binary' || rest.op !== '+') {
      items.unshift(rest);
      break;
    }
    items.unshift(rest.right);
  }
  return inString(
    items.map((item) => (item.kind === 'string' && item.parts.every((part) => typeof part === 'string') ? item.parts.join('') : item)),
    event,
  );
}

function inFormat(format: string, values: readonly ArgumentValue[], event: CallEvent): Sensitive | undefined {
  let from = 0;
  let next = 0;
  for (const match of format.matchAll(CONVERSION)) {
    const { kind, privacy } = match.groups ?? {};
    const label = format.slice(from, match.index);
    from = match.index + match[0].length;
    if (kind === '%') continue;
    const value = values[next++];
    if (value === undefined) return undefined;
    // The unified log hides what is no number, unless it is marked public.
    if (!/[@sS]/.test(kind ?? '') || (event.name.startsWith('os_log') && privacy !== 'public')) continue;
    const found = named(label, value.value, event);
    if (found !== undefined) return found;
  }
  return undefined;
}

function named(before: string, shown: Expression, event: CallEvent): Sensitive | undefined {
  const label = LABEL.exec(before.slice(-LABEL_REACH))?.[1];
  if (label === undefined) return undefined;
  const spoken = words(label).replace(/ (?:is|are|was|value|string|returned|received|raw)$/, '');
  if (ANSWER.test(spoken) && !SAYS_OTHER.test(spoken) && isAnswer(shown, event))
    return { kind: 'credential', name: label.trim(), whole: true };
  if (event.scene.unit.language === 'script' && PERSON.test(spoken.replace(GOT, '').replaceAll(' ', '_')) && isAnswer(shown, event))
    return { kind: 'personal', name: label.trim(), whole: true };
  const kind = DECRYPTED.test(spoken)
    ? 'credential'
    : (sensitiveName(lastWords(spoken)) ?? personalOfSystem(spoken, event.scene.unit)?.kind);
  if (kind === undefined || SAYS_OTHER.test(spoken) || !(isValue(shown, event) || isCode(spoken, shown))) return undefined;
  return { kind, name: label.trim(), whole: true };
}

/** `code` after `sms code: ` is no status. */
const isCode = (spoken: string, shown: Expression): boolean =>
  /\b(?:otp|sms|verification|confirmation|login|auth|security) code$/.test(spoken) && shown.kind === 'name' && shown.text === 'code';

function isAnswer(node: Expression, event: CallEvent): boolean {
  const shown = shownValue(node);
  const name = lastName(shown) ?? '';
  const { unit } = event.scene;
  if (unit.language === 'swift' && /^(?:data|response)$/.test(name) && unit.source.includes('URLSession')) return false;
  return /^(?:name|member)$/.test(shown.kind) && ANSWER_NAME.test(name) && isValue(shown, event);
}

/** A noun and what describes it; words before that belong to the sentence. */
const lastWords = (spoken: string): string => spoken.split(' ').slice(-3).join('_');

/** Whether an expression may be the secret itself: no literal, no number, no question, nothing that its own name calls something else. */
function isValue(node: Expression, event: CallEvent): boolean {
  const value = shownValue(node);
  if (value.kind === 'binary') return /^(?:\?\?|\|\|)$/.test(value.op) && isValue(value.left, event);
  if (value.kind === 'unary') return !/^(?:!|-|typeof|void)$/.test(value.op) && isValue(value.operand, event);
  if (value.kind === 'cast') return isValue(value.value, event);
  if (!/^(?:name|member|call|index)$/.test(value.kind)) return false;
  const name = lastName(value) ?? '';
  if (OTHER_VALUE.test(name) || ABOUT.test(name) || (isAround(name) && !/result|response|data|text|string$/i.test(name))) return false;
  const known = event.scene.lookup(pathOf(value));
  return known === undefined || !(known.literal === true || known.guarded === true || isNumeric(known) || known.type === 'Error');
}
