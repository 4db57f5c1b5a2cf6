import type { AuditContext } from '../../audit.ts';
import type { CompareEvent, Scene } from '../../flow/events.ts';
import { lastName } from '../../flow/paths.ts';
import { words } from '../../flow/sensitive-name.ts';
import type { Expression, Place } from '../../syntax/tree.ts';
import { here } from '../event-place.ts';
import { literally } from '../literally.ts';
import { derivation } from '../spelled-local.ts';

const RIGHTS = /^(?:super[_-]?)?admin(?:istrator)?$|^(?:super_?user|root)$/i;
const ROLE = /\b(?:role|user ?type|account ?type|permissions?|access ?level)$/;
/** Stores that whoever holds the device can write: backups and debuggers reach them. */
const PREFERENCES = /UserDefaults|@AppStorage|AsyncStorage|MMKV|getItem\(/;

/** `if role == "admin"`, where the role was read out of the preferences. */
export function reportRoleOnDevice({ node, left, right, scene }: CompareEvent, context: AuditContext): void {
  const asked = right.text !== undefined ? node.left : node.right;
  if (!RIGHTS.test(right.text ?? left.text ?? '')) return;
  const name = lastName(asked);
  if (name !== undefined && ROLE.test(words(name)) && isPreference(asked, name, scene)) reportRole(scene, node, context);
}

export const reportRole = (scene: Scene, node: Place, context: AuditContext): void =>
  context.report({
    at: here(scene, node),
    message: 'Rights are read from the preferences: whoever can change the device\u2019s data is an administrator.',
    confidence: 'medium',
  });

const isPreference = (asked: Expression, name: string, scene: Scene): boolean =>
  PREFERENCES.test(derivation(scene, asked)) ||
  new RegExp(`@AppStorage\\([^)\\n]*\\)[^\\n;]*\\bvar ${literally(name)}\\b`).test(scene.unit.source);
