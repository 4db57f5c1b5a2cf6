import type { CallEvent } from '../../flow/events.ts';
import { SCRIPT_REQUEST } from '../../flow/known-calls.ts';
import { onceAName } from '../../flow/once-a-name.ts';
import { pathOf } from '../../flow/paths.ts';
import type { Sensitive } from '../../flow/value.ts';
import type { Expression } from '../../syntax/tree.ts';
import { literally } from '../literally.ts';

/** Functions that by their name ask a server for the records of people. */
const ASKS =
  /^(?:get|fetch|load|find|search|list|query)_?(?:All|My|Current|The)?_?(?:[uU]sers?|[cC]ustomers?|[pP]atients?|[eE]mployees?|[sS]tudents?|[pP]rofiles?)(?:Profiles?|Data|Info|Details|List|Records?|By\w+)?$/;
const asksForPeople = onceAName((name) => ASKS.test(name));
/** What an answer is called, and the parts of it that are still records. */
const ANSWER = /^(?:res|resp|response|result|answer|reply|data|json|body|payload)\w*$/i;
const RECORDS =
  /^(?:data\w*|body|result\w*|payload|rows|items|list|records|users?|customers?|patients?|employees?|students?|profiles?|\d*)$/i;
/** Characters between a question and what is printed of its answer. */
const REACH = 500;

/**
 * The records of people as a server gives them, told by the function that asks for them:
 * `const list = await getAllCustomers(); console.log(list.data)`.
 */
export function peopleAnswer(shown: Expression, { node, scene }: CallEvent): Sensitive | undefined {
  const [root, ...parts] = pathOf(whole(shown)).replaceAll('?', '').split('.');
  if (root === undefined || root === '' || !parts.every((part) => RECORDS.test(part))) return undefined;
  const { source } = scene.unit;
  const before = source.slice(Math.max(0, node.start - REACH), node.start);
  const asked = askedFor(root, before);
  const own = scene.function?.name;
  // In `getUsers` itself it is the answer of the request.
  const by = asked === undefined || SCRIPT_REQUEST.test(asked) ? own : asked;
  if (by === undefined || !asksForPeople(by) || (by === own && !(ANSWER.test(root) && parts.length > 0))) return undefined;
  return { kind: 'personal', name: `the answer of ${by}`, whole: true };
}

/** `rows[0]` is one of the rows. */
const whole = (node: Expression): Expression => (node.kind === 'index' ? whole(node.object) : node);

/** The last function a name was given the answer of: `const res = await api.getUsers(…)`. */
function askedFor(name: string, before: string): string | undefined {
  if (!before.includes('await')) return undefined;
  const asks = new RegExp(String.raw`(?<![\w.$])${literally(name)}\s*(?::[^=;]*)?=\s*await\s+(?:[\w$]+\??\.)*(\w+)\s*[(<]`, 'g');
  return [...before.matchAll(asks)].at(-1)?.[1];
}
