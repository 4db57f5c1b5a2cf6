import type { AuditContext } from '../../audit.ts';
import type { CallEvent, FunctionEvent } from '../../flow/events.ts';
import { words } from '../../flow/sensitive-name.ts';
import type { Value } from '../../flow/value.ts';
import { here } from '../event-place.ts';

const SIGNS_IN = /\b(?:log ?in|sign ?in|sign ?up|register|authenticate)\b/;
/** The ways to keep a text under a key. */
const KEEPS = /^(?:setItem|setItemAsync|setString|setGenericPassword|setInternetCredentials|set|setValue|setObject|save|store)$/;
const SESSION = /^(?:@?\w*[:/])?(?:(?:access|auth|user|id|session|refresh|bearer)[_-]?)?(?:token|jwt)$/i;
/** Shorter texts empty the entry, or say which kind of token it is. */
const MIN_LENGTH = 8;

/**
 * `setItem('token', 'demo-token-1')` in the function that signs in: the session is made up by the app, and whatever was typed was asked of
 * nobody.
 */
export function reportMadeUpSession(event: FunctionEvent, context: AuditContext): void {
  if (event.scene.unit.language !== 'script' || !SIGNS_IN.test(words(event.node.name))) return;
  const made = event.calls.find((call) => !call.scene.debug && KEEPS.test(call.name) && keepsMadeUp(call));
  if (made !== undefined)
    context.report({
      at: here(made.scene, made.node),
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
