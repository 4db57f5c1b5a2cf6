import type { AuditContext } from '../../audit.ts';
import type { CallEvent } from '../../flow/events.ts';
import { words } from '../../flow/sensitive-name.ts';
import type { Value } from '../../flow/value.ts';
import { here } from '../event-place.ts';

const SIGNS_IN = /\b(?:log ?in|sign ?in|sign ?up|register|authenticate)\b/;
/** The same of a function that has its name from an object: `{ signIn: async (form) => {`. */
const ENTRY = /\b(?:\w+[lLsS]|[lLsS])(?:og_?[iI]n|ign_?[iI]n|ign_?[uU]p)\s*:\s*(?:async\s*)?(?:\([^)]*\)|\w+)\s*=>(?:(?!=>)[\s\S])*$/;
/** Characters from there to where the session is kept, as people write it. */
const REACH = 400;
/** The ways to keep a text under a key. */
export const KEEPS_SESSION = ['setItem', 'setItemAsync', 'setString', 'set', 'save', 'store'];
const SESSION = /^(?:@?\w*[:/])?(?:(?:access|auth|user|id|session|refresh|bearer)[_-]?)?(?:token|jwt)$/i;
/** Shorter texts empty the entry, or say which kind of token it is. */
const MIN_LENGTH = 8;

/**
 * `setItem('token', 'demo-token-1')` in the function that signs in: the session is made up by the app, and whatever was typed was asked of
 * nobody.
 */
export function reportMadeUpSession(call: CallEvent, context: AuditContext): void {
  const { scene, node } = call;
  if (scene.unit.language !== 'script' || scene.debug || !keepsMadeUp(call)) return;
  const named = SIGNS_IN.test(words(scene.function?.name ?? ''));
  if (!named && !ENTRY.test(scene.unit.source.slice(Math.max(0, node.start - REACH), node.start))) return;
  context.report({
    at: here(scene, node),
    message: 'The session is a text of the app: whatever was typed signs in.',
    confidence: 'medium',
  });
}

function keepsMadeUp({ args }: CallEvent): boolean {
  const [key, value] = args;
  return key !== undefined && value !== undefined && SESSION.test(key.known.text ?? '') && isMadeUp(value.known);
}

const isMadeUp = ({ literal, text }: Value): boolean =>
  literal === true && text !== undefined && text.length >= MIN_LENGTH && !/\s/.test(text);
