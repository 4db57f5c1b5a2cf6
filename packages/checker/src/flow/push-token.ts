import { basename } from 'node:path/posix';
import type { Scene } from './events.ts';
import { words } from './sensitive-name.ts';

const BARE = /^(?:(?:get|fetch|new|old|last|current|stored|cached|saved|my|the) )?tokens?(?: (?:data|string|value|hex|snapshot|copy))?$/;
const PUSH = /\b(?:push|apns?|notifications?|voip|fcm|device tokens?|registration tokens?|change tokens?|history tokens?|sync tokens?)\b/;

/**
 * Whether a bare `token` is the address of a device for push messages: its function, type, file or the statement around it speaks of
 * them. Who reads it can send nothing with it: that takes the key the app's server holds.
 */
export function isPushToken(name: string, scene: Scene, statement: { readonly start: number; readonly end: number }): boolean {
  if (!BARE.test(words(name))) return false;
  const around = [scene.function?.name, scene.type, basename(scene.unit.path), scene.unit.source.slice(statement.start, statement.end)];
  return PUSH.test(words(around.filter((part) => part !== undefined).join(' ')));
}
