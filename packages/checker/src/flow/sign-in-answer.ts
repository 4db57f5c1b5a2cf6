import type { Expression } from '../syntax/tree.ts';
import type { ArgumentValue } from './events.ts';
import type { Sensitive, Value } from './value.ts';

/** Last words of the address of a request that is answered with tokens and a profile; with another account, its name stands before them. */
const ADDRESS =
  /(?:^|[/_-])(?:sign[-_]?(?:in|up)|log[-_]?in|register|authenticate|auth|oauth2?|(?:access[-_]?)?tokens?|refresh(?:[-_]?token)?|sessions?|auth\/(?:google|apple|facebook|github|twitter|microsoft|firebase|social|otp)(?:\/(?:verify|callback|token|exchange|login))?|(?:verify|confirm)[-_]?(?:otp|code))(?:\.(?:json|php|do|aspx?))?\/?(?:[?#].*)?$/i;
/** Functions that by their name do nothing but sign somebody in. */
const FUNCTION =
  /^(?:perform|do|handle|on|try|call|submit|send|user)?_?(?:[lL]og|[sS]ign)_?(?:[iI]n|[uU]p)(?:api|user)?(?![a-z])|^(?:authenticate|register)(?:[A-Z_]\w*)?$|^(?:refresh|exchange|fetch|request|renew)\w*Tokens?(?:[A-Z_]\w*)?$/;
/** Members of an answer that are the whole of it in another form. */
const WHOLE =
  /^(?:data|body|json|result|results|value|values|text|string|content|payload|success|utf8|response|user|session|credentials?|authentication|\d+|response(?:String|Data|Object|Body))$/;

/** Whether a call signs in by its name and by what it is given: `login(email, password)`. */
export const signsIn = (name: string, args: readonly ArgumentValue[]): boolean =>
  FUNCTION.test(name) && args.some(({ known }) => known.sensitive?.kind === 'credential');

export const SIGN_IN_ANSWER: Sensitive = { kind: 'credential', name: 'the answer to a sign-in', whole: true };

/**
 * What a server answers to a sign-in: tokens and a profile, whatever the fields are called.
 *
 * @param args of the call that sends the request
 * @param within name of the function that sends it
 * @param request what it was sent with, when that knows the address: `AF.request("…/login").responseJSON { … }`
 */
export function signInAnswer(args: readonly ArgumentValue[], within: string | undefined, request?: Value): Sensitive | undefined {
  if ((within !== undefined && FUNCTION.test(within)) || ADDRESS.test(request?.head ?? '')) return SIGN_IN_ANSWER;
  const [first] = args;
  return first !== undefined && ADDRESS.test(first.known.text ?? lastText(first.known.from ?? first.value)) ? SIGN_IN_ANSWER : undefined;
}

/** The end of a text whose beginning is put together when the app runs. */
function lastText(node: Expression): string {
  if (node.kind === 'binary') return lastText(node.right);
  const part = node.kind === 'string' ? node.parts.at(-1) : undefined;
  return typeof part === 'string' ? part : '';
}

/** Calls of sign-in libraries for JavaScript whose answer holds tokens, by the end of their path: `auth.signInWithEmailAndPassword(…)`. */
export const SCRIPT_SIGN_IN =
  /(?:^|\.)(?:(?:signIn|logIn|login|signUp|createUser)With[A-Z]\w+|(?:GoogleSignin|AppleAuthentication|Auth|auth)\.(?:signIn|signInAsync|signInSilently|getTokens|getSession|currentSession|refreshSession)|appleAuth\w*\.performRequest|fetchAuthSession|exchangeCodeAsync|openAuthSessionAsync|promptAsync|webAuth\.authorize)$|^(?:authorize|currentAuthenticatedUser)$/;

/** What a member of something secret is: of an answer as a whole only what is still the whole. */
export const partOf = (secret: Sensitive | undefined, name: string): Sensitive | undefined =>
  secret?.whole === true && !WHOLE.test(name) ? undefined : secret;
