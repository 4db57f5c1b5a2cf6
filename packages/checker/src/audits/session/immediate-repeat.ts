import type { CallEvent, FunctionEvent } from '../../flow/events.ts';
import type { Expression, Statement } from '../../syntax/tree.ts';
import { walk } from '../../syntax/walk.ts';
import { literally } from '../literally.ts';

type Place = { readonly start: number; readonly end: number };

/** Waits for a network, as far as names tell. */
const SENDS =
  /\b(?:fetch|axios|request|dataTask|ajax)\s*[.(]|\.(?:get|post|put|patch|delete|send|perform|upload|download)\s*(?:<[^>]*>)?\(|\.data\((?:for|from)|dataTaskWith|\b(?:GET|POST|PUT|PATCH):\s*@/;
/** Conditions that hold when something failed: `error != nil`, `if let error`, `!response.ok`. */
const FAILED = /\berr(?:or)?\b(?!\s*==\s*nil)|!\s*\w+\.ok\b|\bfailed\b/i;
/** Closures that are told of a failure. */
const ON_FAILURE = /^(?:catch|failure|onError|onFailure|errorCallback|failureBlock)$/;
/** Closures of buttons, alerts and messages: nothing happens until somebody presses something. */
const BY_A_PERSON = /alert|button|action|show|present|retry|toast|snack| on[A-Z]/i;
/** Closures that run without anybody pressing anything. */
const AT_ONCE = /^(?:then|catch|finally|async|Task|run|main|failure|onError|perform)$/;

/**
 * The call by which a function that makes a request starts itself anew when that request fails; undefined when it does not, or only
 * once a person asks for it.
 */
export function immediateRepeat(event: FunctionEvent): CallEvent | undefined {
  const { name } = event.node;
  const own = event.calls.filter(
    (call) => call.name === name && (call.receiverNode === undefined || /^(?:self|this|weakSelf|strongSelf)\??\.\w+$/.test(call.path)),
  );
  if (own.length === 0 || !SENDS.test(event.text())) return undefined;
  const { failing, later, asked, shadowed } = readPaths(event);
  if (shadowed) return undefined;
  return own.find(
    (call) =>
      !endsItself(call, event, asked) &&
      failing.some((place) => holds(place, call.node)) &&
      !later.some((place) => holds(place, call.node)),
  );
}

interface Paths {
  /** What runs when something failed. */
  readonly failing: Place[];
  /** What runs once a person asks for it. */
  readonly later: Place[];
  /** Conditions and comparisons. */
  readonly asked: Place[];
  /** A function inside bears the name of the one around it. */
  readonly shadowed: boolean;
}

function readPaths({ node: around, scene }: FunctionEvent): Paths {
  const { source } = scene.unit;
  const failing: Place[] = [];
  const later: Place[] = [];
  const asked: Place[] = [];
  let shadowed = false;
  const speaks = (pattern: RegExp) => (place: Place) => pattern.test(source.slice(place.start, place.end));
  walk(around.body, (node) => {
    if (node.kind === 'function') shadowed ||= node.name === around.name;
    else if (node.kind === 'binary') asked.push(node);
    else if (node.kind === 'block' && node.keyword === 'catch') failing.push(node);
    else if (node.kind === 'if') {
      asked.push(...node.conditions);
      if (node.keyword === 'if' && node.conditions.some(speaks(FAILED))) failing.push(...spanOf(node.consequent));
    } else if (node.kind === 'switch')
      failing.push(...node.cases.filter(({ patterns }) => patterns.some(speaks(/\bfailure\b/))).flatMap(({ body }) => spanOf(body)));
    else if (node.kind === 'dictionary') later.push(...node.entries.flatMap(({ value }) => (value.kind === 'closure' ? [value] : [])));
    else if (node.kind === 'call')
      for (const { label = '', value } of node.args) {
        const callee = calledName(node.callee);
        if (value.kind !== 'closure') continue;
        if (ON_FAILURE.test(label) || callee === 'catch') failing.push(value);
        else if (!AT_ONCE.test(callee) && BY_A_PERSON.test(`${callee} ${label}`)) later.push(value);
      }
  });
  return { failing, later, asked, shadowed };
}

/** `send(order, by: other)` under `by == nil`: the call changes what the function asks about, and so ends. */
function endsItself({ args }: CallEvent, { node, scene }: FunctionEvent, asked: readonly Place[]): boolean {
  const spelled = (place: Place) => scene.unit.source.slice(place.start, place.end);
  return node.params.some(({ name, label }, index) => {
    const given = args.find((arg) => arg.label === name || (label !== undefined && arg.label === label)) ?? args[index];
    if (given === undefined || spelled(given.value) === name) return false;
    const named = new RegExp(`\\b${literally(name)}\\b`);
    return asked.some((condition) => named.test(spelled(condition)));
  });
}

const holds = (outer: Place, inner: Place): boolean => outer.start <= inner.start && inner.end <= outer.end;

const spanOf = (statements: readonly Statement[]): Place[] => {
  const [first] = statements;
  const last = statements.at(-1);
  return first === undefined || last === undefined ? [] : [{ start: first.start, end: last.end }];
};

const calledName = (callee: Expression): string => (callee.kind === 'member' ? callee.name : callee.kind === 'name' ? callee.text : '');
