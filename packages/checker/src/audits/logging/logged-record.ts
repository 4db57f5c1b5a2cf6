import type { ArgumentValue, CallEvent } from '../../flow/events.ts';
import { lastName, pathOf } from '../../flow/paths.ts';
import type { Unit } from '../../flow/project.ts';
import { sensitiveName } from '../../flow/sensitive-name.ts';
import { isNumeric, type Sensitive, UNKNOWN } from '../../flow/value.ts';
import type { Expression } from '../../syntax/tree.ts';
import { literally } from '../literally.ts';
import { mentions } from '../mentions.ts';
import { personalOfSystem } from '../personal-source.ts';
import { spelledLocal } from '../spelled-local.ts';
import { namesSession } from '../storage/session-name.ts';
import { peopleAnswer } from './people-answer.ts';
import { readRecord } from './read-record.ts';
import { shownValue } from './shown-value.ts';
import { isSubmittedForm } from './submitted-form.ts';

/** Stores that hold the session among other things, written out as a whole. */
const WHOLE_STORE =
  /(?:^|\.)dictionaryRepresentation\(\)$|^process\.env$|(?:^|\.)[sS]tore\.getState\(\)$|^AsyncStorage\.(?:multiGet|getAllItems)\(\)$|^document\.cookie$/;
/** An object about a person, by its name or by the words before it. */
export const PERSON =
  /^(?:new|current|logged_?in|auth|my)?_?(?:user|account|customer|patient|member|client|profile|registration|register|sign_?up|sign_?in|log_?in)_?(?:data|info|details|record|payload|form|input|values|body|obj|object|profile)$|^(?:current_?|logged_?in_?|auth_?|signed_?in_?)?user$/i;
/** The same inside an answer: `response.data.user`. */
const ANSWERED_USER = /(?:^|\.)(?:(?:data|payload|result|session)\.(?:user|customer|profile|account)|auth(?:\(\))?\.currentUser)$/;
/** What an app keeps of who is signed in, tokens among it. */
const AUTH_STATE = /^auth_?(?:state|data|info|response|result)$/i;
/** A session of these holds the access token. */
const HAS_SESSION = /\bsupabase\b|onAuthStateChange|fetchAuthSession|\bcognito/i;
/** What a form hands to the function that sends it. */
const SUBMITS = String.raw`\b(?:on|handle|do|perform|_)?_?(?:[sS]ubmit|[lL]og_?[iI]n|[sS]ign_?(?:[iI]n|[uU]p)|[rR]egister|[cC]reate_?(?:[aA]ccount|[uU]ser))\w*`;
const ASKS_PASSWORD = /\bname\s*=\s*[{"'\s]*password|\bpassword\s*:|["']password["']/i;

/**
 * What is written when a whole object goes to the log of a script: the values of a form with a password, the state behind it, a person's
 * record, the store. Its single members are harmless or judged by their own names.
 */
export function loggedRecord(arg: ArgumentValue, event: CallEvent): Sensitive | undefined {
  const { value } = arg;
  // `user ${JSON.stringify(user)}` shows what it is put together of; without the call that is “[object Object]”.
  if (value.kind === 'string' && event.scene.unit.language === 'script')
    for (const part of value.parts) {
      if (typeof part === 'string' || shownValue(part) === part) continue;
      const found = loggedRecord({ ...arg, value: part, known: event.scene.lookup(pathOf(shownValue(part))) ?? UNKNOWN }, event);
      if (found !== undefined) return found;
    }
  const shown = shownValue(value);
  const path = pathOf(shown);
  if (WHOLE_STORE.test(path)) return { kind: 'credential', name: path, whole: true };
  const { unit } = event.scene;
  const personal = ofSystem(value.kind === 'string' ? value.parts : [shown], event);
  if (personal !== undefined) return personal;
  if (unit.language === 'script' && ANSWERED_USER.test(path)) return { kind: 'personal', name: path, whole: true };
  if (unit.language !== 'script') return recordOfPerson(shown, event);
  if (arg.known.guarded === true) return undefined;
  if (shown.kind !== 'name') return readRecord(shown, arg.known, event) ?? peopleAnswer(shown, event);
  if (mentions(unit, ASKS_PASSWORD)) {
    const field = passwordStates(unit).get(shown.text);
    if (field !== undefined) return { kind: 'credential', name: `${shown.text}.${field}`, whole: true };
    const before = unit.source.slice(Math.max(0, event.node.start - MAX_HANDLER), event.node.start);
    if (handlerOf(shown.text).test(before) || isSubmittedForm(shown.text, event))
      return { kind: 'credential', name: `${shown.text} of a form with a password`, whole: true };
  }
  const key = storedUnder(shown.text, unit.source, event.node.start);
  if (key !== undefined && namesSession(key)) return { kind: 'personal', name: key, whole: true };
  if (AUTH_STATE.test(shown.text)) return { kind: 'credential', name: shown.text, whole: true };
  if (/^(?:auth_?)?session$/i.test(shown.text) && mentions(unit, HAS_SESSION)) return { kind: 'credential', name: shown.text, whole: true };
  if (PERSON.test(shown.text)) return { kind: 'personal', name: shown.text, whole: true };
  return readRecord(shown, arg.known, event) ?? peopleAnswer(shown, event);
}

/** `userData` of `snapshot.value as? [String: Any]`: in Swift a dictionary shows all it holds; of a class, the log shows the name alone. */
function recordOfPerson(shown: Expression, { scene }: CallEvent): Sensitive | undefined {
  const name = shown.kind === 'name' ? shown.text : '';
  if (!RECORD_NAME.test(name)) return undefined;
  const type = scene.lookup(name)?.type;
  const made = spelledLocal(scene, shown);
  const cast = made.kind === 'cast' ? made.type : undefined;
  return type === 'Dictionary' || /^(?:\[\s*String\s*:|NS(?:Mutable)?Dictionary\b)/.test(cast ?? '')
    ? { kind: 'personal', name, whole: true }
    : undefined;
}
const RECORD_NAME =
  /^(?:current|my|logged_?in|the)?_?(?:user|patient|customer|member|profile)_?(?:data|dict\w*|details|record|json|profile)$/i;

/** Contacts, places and health records of the system: `print(location)`, `console.log("all", contacts)`. */
function ofSystem(parts: readonly (string | Expression)[], { scene }: CallEvent): Sensitive | undefined {
  for (const part of parts) {
    if (typeof part === 'string') continue;
    const node = whole(part);
    if (!/^(?:name|member)$/.test(node.kind)) continue;
    const personal = personalOfSystem(lastName(node), scene.unit);
    const known = personal === undefined ? undefined : scene.lookup(pathOf(node));
    if (personal !== undefined && !(known?.literal === true || known?.guarded === true || (known !== undefined && isNumeric(known))))
      return personal;
  }
  return undefined;
}

/** `locations.last!` and `location.coords` are what they are parts of. */
function whole(node: Expression): Expression {
  if (node.kind === 'unary') return whole(node.operand);
  if (node.kind === 'cast') return whole(node.value);
  return node.kind === 'member' && node.object !== undefined && /^(?:first|last|coords)$/.test(node.name) ? whole(node.object) : node;
}

/** `const value = await AsyncStorage.getItem('user')`: the key under which the logged text was stored. */
function storedUnder(name: string, source: string, until: number): string | undefined {
  const before = source.slice(Math.max(0, until - MAX_HANDLER), until);
  return new RegExp(
    String.raw`\b${literally(name)}\s*=\s*await\s+\w*[sS]tor(?:e|age)\.get(?:Item|ItemAsync|String)\(\s*['"]([^'"]+)['"]`,
  ).exec(before)?.[1];
}

/** What people print of a form, they print first. */
const MAX_HANDLER = 300;

/** `[form, setForm] = useState({ email: '', password: '' })`: the states of a file that hold a password, and the field that does. */
function passwordStates(unit: Unit): ReadonlyMap<string, string> {
  let known = states.get(unit);
  if (known === undefined) {
    known = new Map();
    for (const [, name = '', fields = ''] of unit.source.matchAll(STATE)) {
      const field = fields.match(/\w+(?=\s*:)/g)?.find((item) => sensitiveName(item) === 'credential');
      if (field !== undefined && !known.has(name)) known.set(name, field);
    }
    states.set(unit, known);
  }
  return known;
}
const states = new WeakMap<Unit, Map<string, string>>();
const STATE = /\[\s*([\w$]+)\s*,[^\]]{0,80}\]\s*=\s*(?:React\.)?useState(?:<[^>(]{0,200}>)?\(\s*\{([^}]*)\}/g;

/** `onSubmit = (data) => {`, `handleSubmit={values => {`, `function onLogin(form) {`, with no other function begun since. */
function handlerOf(name: string): RegExp {
  const known = handlers.get(name);
  if (known !== undefined) return known;
  const made = new RegExp(
    String.raw`(?:${SUBMITS}\s*[=:]\s*\{?\s*(?:async\s*)?(?:function\s*)?\(?\s*${literally(name)}\b|function\s+${SUBMITS}\s*\(\s*${literally(name)}\b|\bhandleSubmit\(\s*(?:async\s*)?\(?\s*${literally(name)}\b)(?:(?!=>\s*\{[^}]*=>|\bfunction\b).)*$`,
    's',
  );
  if (handlers.size > MAX_NAMES) handlers.clear();
  handlers.set(name, made);
  return made;
}
const handlers = new Map<string, RegExp>();
/** More distinct names than are logged as they are. */
const MAX_NAMES = 1_000;
