import type { AuditContext } from '../../audit.ts';
import type { FunctionEvent } from '../../flow/events.ts';
import { words } from '../../flow/sensitive-name.ts';
import type { Place } from '../../syntax/tree.ts';
import { walk } from '../../syntax/walk.ts';
import { here } from '../event-place.ts';

/** Functions by which somebody signs in; those that restore or end a session do so without a password. */
const SIGNS_IN = /\b(?:log ?in|sign ?in|auth\w*)\b/;
const PASSWORD = /pass_?(?:word|wd|code|phrase)|\bpwd\b|\bpass\b/i;
/** What is done once the server has answered. */
const AFTERWARDS = /\b(?:did|after|success\w*|succeeded|complet\w*|finish\w*|restore|result|response|callback)\b/;
/** The state or the screen behind the sign-in: a flag that says so is set, or the home of the app is shown. */
const ENTERS =
  /\b(?:is|set)?_?(?:user)?_?(?:logg?ed_?in|signed_?in|authenticated|authorized)\s*(?:\.value\s*)?(?:=(?!=)\s*(?:true|YES)|\(\s*true)|\bset_?is_?(?:logg?ed|signed|auth\w*)\(\s*true|(?:navigat\w*|router)\.(?:navigate|replace|push|reset)\(\s*['"`]\/?(?:\(\w+\)\/)?\w*(?:home|main|dashboard|tabs)\w*['"`]/i;
/** Calls that ask nobody: messages, waits, states of the screen, and what is done to texts. */
const ASKS_NOBODY =
  /^(?:alert|print|NSLog|log|debugPrint|set[A-Z]\w*|show\w*|present\w*|dismiss\w*|async|asyncAfter|now|sleep|setTimeout|delay|Timeout|Promise|resolve|trim\w*|characters|lowercased|toLowerCase|isEmpty|withAnimation|navigate|replace|push|reset|performSegue|UIAlert\w+|addAction|resignFirstResponder|preventDefault|stopPropagation|endEditing|impactOccurred|success|error|info|t|String|NSLocalizedString|Task|run|UUID|Date|\w*(?:User|Profile|Account)|useState|useCallback)$/;
/** Comparisons that only ask whether something was typed. */
const EMPTY = /[!=]==?\s*(?:""|''|``|nil|null|undefined|true|false|0|@"")/g;

/** `if (email && password) setLoggedIn(true)`: nobody is asked whether the password is right, and any opens the app. */
export function reportUncheckedSignIn(event: FunctionEvent, context: AuditContext): void {
  const named = words(event.node.name);
  if (!SIGNS_IN.test(named) || AFTERWARDS.test(named)) return;
  const text = event.text();
  if (!PASSWORD.test(text) || !ENTERS.test(text) || /[!=]=|\bisEqual/.test(text.replace(EMPTY, ''))) return;
  if (!event.calls.every(({ name }) => ASKS_NOBODY.test(name))) return;
  // Told by itself: a component or a hook holds the function that signs in.
  if (holdsFunction(event)) return;
  const at = typedCondition(event) ?? (event.node.params.some(({ name }) => PASSWORD.test(name)) ? entrance(event) : undefined);
  if (at !== undefined)
    context.report({
      at: here(event.scene, at),
      message: 'Any password signs in: nobody is asked whether it is right.',
      confidence: 'medium',
    });
}

function holdsFunction({ node }: FunctionEvent): boolean {
  let holds = false;
  walk(node.body, (item) => {
    if (item.kind === 'function') holds = true;
  });
  return holds;
}

/** The condition under which the app is opened, or behind which it is. */
function typedCondition({ node, scene }: FunctionEvent): Place | undefined {
  let found: Place | undefined;
  walk(node.body, (item) => {
    if (item.kind !== 'if') return;
    found ??= item.conditions.find(({ start, end }) => PASSWORD.test(scene.unit.source.slice(start, end)));
  });
  return found;
}

/** The statement that opens the app. */
function entrance({ node, scene }: FunctionEvent): Place | undefined {
  let found: Place | undefined;
  walk(node.body, (item) => {
    if ((item.kind === 'assign' || item.kind === 'call') && ENTERS.test(scene.unit.source.slice(item.start, item.end))) found = item;
  });
  return found;
}
