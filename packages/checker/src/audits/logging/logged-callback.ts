import type { ArgumentValue, CallEvent } from '../../flow/events.ts';
import { lastName, pathOf } from '../../flow/paths.ts';
import type { Sensitive } from '../../flow/value.ts';
import type { Expression } from '../../syntax/tree.ts';
import { literally } from '../literally.ts';
import { mentions } from '../mentions.ts';
import { spelledLocal } from '../spelled-local.ts';
import { shownParts, shownValue } from './shown-value.ts';

/** The file signs in through a browser, whose answer comes back as an address with the code or the token in it (RFC 6749, 4.1.2). */
const SIGNS_IN =
  /ASWebAuthenticationSession|SFAuthenticationSession|[oO][aA]uth|AuthRequest|access_?[cC]ode|access_token|auth_?[cC]ode|authorization_code|id_token|magic_?[lL]ink/;
/** Names people give that address where the sign-in hands it over. */
const CALLBACK = /^(?:callback|redirect|response|result)_?(?:url|uri)(?:\.absoluteString)?$/i;
/** `[request, response, prompt] = useAuthRequest(…)`: the second is the answer, with the code (Expo). */
const HOOK_ANSWER = /\[\s*\w+\s*,\s*(\w+)[^\]]*\]\s*=\s*[\w.]*\buse\w*AuthRequest\s*\(/;
/** Members of an address that leave out what the server added to it. */
const HARMLESS_PART = /^(?:scheme|host|path|pathComponents|port|type|error|hostname|isFileURL)$/;

/** The answer of a sign-in in a browser, as it comes back to the app: the address with the code, or the library's object around it. */
export function loggedCallback(arg: ArgumentValue, event: CallEvent): Sensitive | undefined {
  return shownParts(arg.value).some((part) => isCallback(shown(part), event)) && mentions(event.scene.unit, SIGNS_IN)
    ? { kind: 'credential', name: 'the answer of the sign-in page', whole: true }
    : undefined;
}

function isCallback(node: Expression, { scene }: CallEvent): boolean {
  const last = lastName(node) ?? '';
  if (/^(?:auth(?:orization)?_?)?code$/i.test(last) && node.kind === 'name') return isAskedCode(node, scene);
  if (!/^(?:name|member)$/.test(node.kind) || HARMLESS_PART.test(last)) return false;
  const path = pathOf(node);
  const { unit } = scene;
  if (unit.language === 'script' && mentions(unit, HOOK_ANSWER)) {
    const answer = HOOK_ANSWER.exec(unit.source)?.[1];
    if (answer !== undefined && (path === answer || new RegExp(`^(?:${literally(answer)}\\.)?(?:authentication|params)$`).test(path)))
      return true;
  }
  // `URLContexts.first.url`, `event.url`: the whole of them came from outside.
  const known = scene.lookup(path) ?? scene.lookup(path.split('.')[0] as string);
  if (known?.foreign === LINK) return /ur[li]|link|absoluteString|query|^initial$/i.test(last);
  return CALLBACK.test(path) && known?.literal !== true && isGiven(path.replace(/\..*$/, ''), unit.source);
}
/** `let code = item(back, "code")`, and not the code of an error. */
function isAskedCode(node: Expression, scene: CallEvent['scene']): boolean {
  const made = spelledLocal(scene, node);
  return made !== node && /["']code["']/.test(scene.unit.source.slice(made.start, made.end));
}
const LINK = 'a link that opened the app';

/** Handed over by the sign-in, not the address the program itself chose: `{ callbackURL, error in`, `guard let callbackURL`. */
const isGiven = (name: string, source: string): boolean =>
  new RegExp(
    String.raw`[{(]\s*(?:\[[^\]]*\]\s*)?\(?\s*${literally(name)}\b[^\n{]*\bin\b|\blet ${literally(name)}\s*(?:=\s*${literally(name)}\s*)?[,{\s]|NSURL \*(?:_Nullable )?${literally(name)}\b`,
  ).test(source);

/** `String(describing: url)`, `url!`, `JSON.stringify(response)`. */
const shown = (node: Expression): Expression => (node.kind === 'unary' ? shown(node.operand) : shownValue(node));
