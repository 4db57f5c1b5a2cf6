import type { AuditContext } from '../../audit.ts';
import type { CallEvent } from '../../flow/events.ts';
import { pathOf } from '../../flow/paths.ts';
import { words } from '../../flow/sensitive-name.ts';
import { here } from '../event-place.ts';
import { mentions } from '../mentions.ts';

/** Code of screens, which no server runs. */
const SCREEN = /\bfrom\s*['"](?:react-native|expo-\w+|@react-navigation\/\w+)['"]|require\(\s*['"]react-native['"]/;
const PASSWORD = /\b(?:pass\w*|pwd|pin)\b/;

/** `bcrypt.compareSync(typed, account.password)` on a screen: the hash of every account is on the device, and so is the decision. */
export function reportHashOnDevice(event: CallEvent, context: AuditContext): void {
  const [typed, held] = event.args;
  if (typed === undefined || held === undefined || !/^bcrypt(?:js)?\./i.test(event.path)) return;
  if (!PASSWORD.test(words(pathOf(typed.value))) || !mentions(event.scene.unit, SCREEN)) return;
  context.report({
    at: here(event.scene, event.node),
    message: 'What was typed is compared with a hash the app holds.',
    confidence: 'medium',
  });
}
