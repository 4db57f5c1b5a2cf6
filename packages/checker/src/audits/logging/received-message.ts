import type { ArgumentValue, CallEvent } from '../../flow/events.ts';
import { pathOf } from '../../flow/paths.ts';
import { words } from '../../flow/sensitive-name.ts';
import type { Sensitive } from '../../flow/value.ts';
import { mentions } from '../mentions.ts';
import { shownParts } from './shown-value.ts';

/** Functions a socket hands what came in: `webSocket(_:didReceiveMessage:)`, `websocketDidReceiveMessage`. */
const RECEIVES = /receive ?(?:message|text|data)|did receive|on ?message/;
const SOCKET = /[sS]ocket/;
/** What the message is called there. */
const MESSAGE = /^(?:message|msg|text|string|data|payload|dataArr|packet)$/;
/** Somebody talks to somebody: without that a message may be a price or a score. */
const CHAT = /\bchats?\b|\bconversations?\b/i;

/**
 * A message of a chat, as it came in over the socket: `webSocket(_ s: Socket, didReceiveMessage message: Any) { print(message) }`.
 */
export function receivedMessage(arg: ArgumentValue, { scene }: CallEvent): Sensitive | undefined {
  const around = scene.function;
  if (around === undefined || scene.unit.language === 'script' || !mentions(scene.unit, SOCKET)) return undefined;
  const labels = around.params.map(({ label }) => label ?? '').join(' ');
  if (!RECEIVES.test(words(`${around.name} ${labels}`)) || !/socket/i.test(`${around.name} ${around.params[0]?.type ?? ''}`))
    return undefined;
  if (!CHAT.test(words(`${scene.type ?? ''} ${scene.unit.path}`)) && !CHAT.test(scene.unit.source)) return undefined;
  const shown = shownParts(arg.value).find(
    (part) => part.kind === 'name' && MESSAGE.test(part.text) && around.params.some(({ name }) => name === pathOf(part)),
  );
  return shown === undefined ? undefined : { kind: 'personal', name: `${pathOf(shown)}, what somebody wrote`, whole: true };
}
