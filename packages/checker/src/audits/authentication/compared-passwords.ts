import type { AuditContext } from '../../audit.ts';
import type { Scene } from '../../flow/events.ts';
import { ABOUT } from '../../flow/known-calls.ts';
import { lastName, pathOf } from '../../flow/paths.ts';
import { words } from '../../flow/sensitive-name.ts';
import type { Value } from '../../flow/value.ts';
import type { Expression } from '../../syntax/tree.ts';
import { here } from '../event-place.ts';
import { spelledLocal } from '../spelled-local.ts';
import { isOfSignIn } from './about-sign-in.ts';

const PASSWORD =
  /\b(?:pass ?word|pass ?wd|pwd|pass ?code|pass ?phrase|user ?pwd|pass(?= (?:text ?)?(?:field|fld|tf|txt|input|box)\b)|(?<=\b(?:txt|tf) )pass)\b/;
/** The password is what the name ends in, but for the field it was typed into and conversions. */
const ENDS_IN_PASSWORD =
  /\b(?:pass ?word|pass ?wd|pwd|pass ?code|pass ?phrase|pass(?= (?:text ?)?(?:field|input|tf|box|txt)\b))(?: (?:text )?(?:field|input|tf|box|txt))?(?: (?:text|value|string|lower ?cased?|to lower case|trim\w*|description))*$/;
/** What most comparisons of an app do not say; the cheapest question first. */
const SPEAKS_OF_ONE = /pass|pwd|pin|otp|(?:access|secret|verification)_?code/i;
/** Words too common to be a password outside of functions that sign in. */
const SHORT =
  /^(?:(?:entered|typed|input|user) )?(?:pass|pin|pin code|otp|otp code|access code|secret code|verification code)(?: (?:text )?(?:field|input|tf|box|txt))?(?: text| value)?$/;
/** The same password typed twice, the old beside the new one, or what stands around a password. */
const OTHER =
  /\b(?:confirm\w*|repeat\w*|again|re|re ?type\w*|re ?enter\w*|verify|second|new|old|current|previous|last|lhs|rhs|other|length|strength|type|field type|mode|key|placeholder|hint|error|valid|state|status|count|label|visib\w*)\b/;
/** Whose password it is: an account's that the app holds. */
const HELD =
  /\b(?:users?|account|profile|member|admin|customer|person|employee|student|stored|saved|registered|real|correct|expected|existing|found|db|database|record|row|result|model|info|login info|user ?info)\b/;

const HELD_BY_APP = 'What was typed is compared with a password the app holds.';

type Node = { readonly start: number; readonly end: number };

/** Reports a comparison with a password the app holds, or with one that is written in the code. */
export function judgeComparison(
  leftNode: Expression,
  left: Value,
  rightNode: Expression,
  right: Value,
  scene: Scene,
  node: Node,
  context: AuditContext,
): void {
  if (holdsTyped(leftNode, left, rightNode, right, scene) || holdsTyped(rightNode, right, leftNode, left, scene)) {
    context.report({ at: here(scene, node), message: HELD_BY_APP, confidence: 'medium' });
    return;
  }
  if (isPinNumber(leftNode, rightNode, scene)) {
    context.report({ at: here(scene, node), message: 'A PIN is compared with a number in the code.', confidence: 'medium' });
    return;
  }
  if (!SPEAKS_OF_ONE.test(scene.unit.source.slice(node.start, node.end))) return;
  // `==` of a type, and what an object does when it is changed, compare without deciding anything.
  if (scene.function !== undefined && /^(?:==|isEqual\w*|hash|equals)$/.test(scene.function.name)) return;
  const leftText = isText(leftNode, left);
  if (leftText !== isText(rightNode, right)) {
    const [typed, text] = leftText ? [rightNode, left.text as string] : [leftNode, right.text as string];
    const name = spoken(typed);
    if (
      name === undefined ||
      OTHER.test(name) ||
      !(ENDS_IN_PASSWORD.test(name) || (SHORT.test(name) && (/\d/.test(text) || /^pass$/.test(name)) && signsIn(scene)))
    )
      return;
    context.report({
      at: here(scene, node),
      message: 'A password is compared with a text in the code.',
      secrets: [text],
      confidence: 'medium',
    });
    return;
  }
  const one = spoken(leftNode, left);
  const other = spoken(rightNode, right);
  if (one === undefined || other === undefined || !PASSWORD.test(one) || !PASSWORD.test(other) || !signsIn(scene)) return;
  if (
    OTHER.test(one) ||
    OTHER.test(other) ||
    (![one, other].some((name) => HELD.test(name)) && ![leftNode, rightNode].some((node) => isRecord(node) || isKept(node, scene)))
  )
    return;
  if (rootOf(leftNode) === rootOf(rightNode) && rootOf(leftNode) !== 'self') return;
  context.report({ at: here(scene, node), message: HELD_BY_APP, confidence: 'medium' });
}

/** A text spelled in place, or a constant that is called a password. */
const isText = (node: Expression, value: Value): boolean =>
  (node.kind === 'string' || PASSWORD.test(spoken(node) ?? '')) &&
  value.text !== undefined &&
  /^(?!(?:true|false|yes|none|null|nil|undefined)$)[\w@!#$%.-]{3,}$/.test(value.text);

/** All names of an expression as words, `account password` of `account!.password.lowercased()`; undefined when it asks about the value. */
function spoken(node: Expression, value?: Value): string | undefined {
  const key = keyOf(node);
  if (key !== '') return words(key);
  const last = lastName(node);
  if (last === undefined || (ABOUT.test(last) && !/^(?:user|account)$/.test(last))) return undefined;
  const path = pathOf(node)
    .replaceAll('?', '')
    .replace(/^self\./, '');
  return path === '' ? undefined : words(`${path} ${value?.sensitive?.name ?? ''}`);
}

/** `[defaults objectForKey:@"password"]`, asked for in place or a line before. */
function isKept(node: Expression, scene: Scene): boolean {
  const made = spelledLocal(scene, node);
  const asked = made.kind === 'cast' ? made.value : made;
  return asked.kind === 'call' && /forKey:|getItem(?:Async)?\(/i.test(scene.unit.source.slice(asked.start, asked.end));
}

/** `pwd` of `[defaults objectForKey:@"pwd"]`. */
function keyOf(node: Expression): string {
  const key = node.kind === 'call' ? node.args[0]?.value : undefined;
  return key?.kind === 'string' && typeof key.parts[0] === 'string' ? key.parts[0] : '';
}

/** `$0.password`, `found.password`: a member of something that was looked up, not of what was typed. */
const isRecord = (node: Expression): boolean => {
  const path = pathOf(node).replaceAll('?', '').split('.');
  return (
    path.length >= 2 &&
    !TYPED.test(path[0] as string) &&
    !PASSWORD.test(words(path[0] as string)) &&
    PASSWORD.test(words(path[1] as string))
  );
};

/**
 * A password or PIN from a text field beside one the app has: an entry of a record, whoever looked it up, or in a sign-in a property
 * of that name.
 */
function holdsTyped(typedNode: Expression, typed: Value, heldNode: Expression, held: Value, scene: Scene): boolean {
  if (typed.foreign !== TEXT_FIELD || held.foreign === TEXT_FIELD) return false;
  const name = spoken(typedNode, typed);
  if (name === undefined || OTHER.test(name) || !(PASSWORD.test(name) || PIN.test(name))) return false;
  if (isEntry(heldNode)) return true;
  return (
    /^(?:name|member)$/.test(heldNode.kind) &&
    HELD_NAME.test(lastName(heldNode) ?? '') &&
    signsIn(scene) &&
    !CHOOSES.test(words(`${scene.function?.name ?? ''} ${scene.type ?? ''}`))
  );
}
const TEXT_FIELD = 'a text field';
const PIN = /\bpin\b/;
const HELD_NAME = /^_?(?:(?:user|saved|stored|my|correct|real)_?)?(?:pin|pass(?:word|code)|pwd)(?:_?[cC]ode)?$/i;
/** Screens where a new one is typed twice. */
const CHOOSES = /\b(?:confirm\w*|repeat|create|set|setup|change|new|register|registration|sign up|again)\b/;

/** `account["password"]!`, `row[2]`. */
function isEntry(node: Expression): boolean {
  if (node.kind === 'unary') return isEntry(node.operand);
  if (node.kind === 'cast') return isEntry(node.value);
  if (node.kind !== 'index' || TYPED.test(rootOf(node.object))) return false;
  const key = node.args[0]?.value;
  return key?.kind === 'number' || (key?.kind === 'string' && typeof key.parts[0] === 'string' && PASSWORD.test(words(key.parts[0])));
}

/** `number == 253` in `isPinValid`. */
const isPinNumber = (left: Expression, right: Expression, { function: around }: Scene): boolean =>
  (left.kind === 'number') !== (right.kind === 'number') &&
  around !== undefined &&
  CHECKS_PIN.test(around.name) &&
  [left, right].some((node) => node.kind === 'number' && node.value >= SMALLEST_PIN);
const CHECKS_PIN = /^(?:is|check|verify|validate)_?\w*(?:pin|pass(?:word|code))(?!\w*(?:length|count|size))\w*$/i;
/** Smaller numbers count digits or attempts. */
const SMALLEST_PIN = 100;

const TYPED =
  /^(?:self|this|form\w*|request|req|input\w*|values?|state|props|params|credentials?|body|view|\w*[vV]iewModel|vm|event|e|data)$/;

const rootOf = (node: Expression): string => pathOf(node).split(/[.([?]/)[0] ?? '';

const signsIn = (scene: Scene): boolean => isOfSignIn(scene.function?.name ?? '', scene);
