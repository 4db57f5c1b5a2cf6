import { type AuditContext, defineAudit } from '../../audit.ts';
import type { Scene } from '../../flow/events.ts';
import { sensitiveName } from '../../flow/sensitive-name.ts';
import type { Value } from '../../flow/value.ts';
import { walk } from '../../syntax/walk.ts';
import { here } from '../event-place.ts';
import { mentions } from '../mentions.ts';
import { ALWAYS, NOT_DEVICE_BOUND, spelledClass } from './keychain-items.ts';

/** Where expo-secure-store and react-native-keychain take their options. */
const OPTIONS_PLACE: Record<string, number> = { setItemAsync: 2, setGenericPassword: 2, setInternetCredentials: 3 };
const told = new WeakSet<AuditContext>();

const SAYS_ALWAYS = /kSecAttrAccessibleAlways/;

const ACCESSIBLE = /kSecAttrAccessible$/;

export const keychainAccessibility = defineAudit({
  id: 'keychain-accessibility',
  area: 'storage',
  title: 'Keychain items are readable only on this device, and only unlocked',
  failingTitle: 'A keychain item is readable too widely',
  severity: 'medium',
  references: {
    checklist: 'tokens-in-keychain',
    masvs: ['MASVS-STORAGE-1'],
    maswe: ['MASWE-0006'],
    cwe: [522, 311],
  },
  why: 'Items that are always accessible, or not bound to the device, can be read from a locked or another device through a backup.',
  remedy: {
    text: 'Use kSecAttrAccessibleWhenUnlockedThisDeviceOnly, or AfterFirstUnlockThisDeviceOnly for what the background needs; strictest is WhenPasscodeSetThisDeviceOnly.',
    language: 'swift',
    code: 'query[kSecAttrAccessible] = kSecAttrAccessibleWhenUnlockedThisDeviceOnly',
    script: "await SecureStore.setItemAsync('refresh', token, { keychainAccessible: SecureStore.WHEN_UNLOCKED_THIS_DEVICE_ONLY });",
  },
  needs: ['code'],
  samples: {
    fail: [
      'func f(q: inout [CFString: Any]) { q[kSecAttrAccessible] = kSecAttrAccessibleAlways }',
      'let q: [String: Any] = [kSecClass as String: kSecClassGenericPassword, kSecValueData as String: d, kSecAttrAccessible as String: kSecAttrAccessibleAfterFirstUnlock]',
      'func f(keychain: KeychainSwift, token: String) { keychain.set(token, forKey: "t", withAccess: .accessibleAlways) }',
      'enum Level { case open; var attribute: CFString { switch self { case .open: return kSecAttrAccessibleAlwaysThisDeviceOnly } } }',
      'let q: [CFString: Any] = [kSecClass: kSecClassGenericPassword, kSecAttrSynchronizable: true, kSecValueData: d]',
      'func f(token: String) { let k = KeychainSwift(); k.synchronizable = true; k.set(token, forKey: "t") }',
      'let q: [String: Any] = [kSecClass as String: kSecClassGenericPassword, "kSecAttrAccessible": kSecAttrAccessibleWhenUnlockedThisDeviceOnly]',
      { path: 's.ts', text: 'export const s = (t) => SecureStore.setItemAsync("t", t, { keychainAccessible: SecureStore.ALWAYS });' },
      { path: 's.ts', text: 'export const s = (t) => SecureStore.setItemAsync("t", t);' },
      { path: 's.ts', text: 'export const s = (u, p) => Keychain.setGenericPassword(u, p, { accessible: "AccessibleAlways" });' },
      { path: 's.ts', text: 'export const s = (u, p) => Keychain.setGenericPassword(u, p, { accessible: Keychain.ACCESSIBLE.ALWAYS });' },
      {
        path: 's.m',
        text: '- (void)f { [query setObject:(__bridge id)kSecAttrAccessibleAlways forKey:(__bridge id)kSecAttrAccessible]; }',
      },
    ],
    pass: [
      'let q: [CFString: Any] = [kSecClass: kSecClassGenericPassword, kSecAttrSynchronizable: kSecAttrSynchronizableAny, kSecReturnData: true]',
      'func f(q: inout [CFString: Any]) { q[kSecAttrAccessible] = kSecAttrAccessibleWhenUnlockedThisDeviceOnly }',
      'let q: [String: Any] = [kSecClass as String: kSecClassGenericPassword, kSecAttrAccessible as String: kSecAttrAccessibleAfterFirstUnlockThisDeviceOnly]',
      {
        path: 's.ts',
        text: 'export const s = (t) => SecureStore.setItemAsync("t", t, { keychainAccessible: SecureStore.WHEN_UNLOCKED_THIS_DEVICE_ONLY });',
      },
    ],
  },
  types(event, context) {
    // `var attribute: CFString { switch self { case .background: return kSecAttrAccessibleAlways } }`
    if (!mentions(event.scene.unit, SAYS_ALWAYS)) return;
    walk(event.node.members, (node) => {
      if (node.kind === 'exit' && node.value?.kind === 'name' && ALWAYS.test(node.value.text))
        reportAlways(node.value.text, event.scene, node, context);
    });
  },
  dictionaries(event, context) {
    const stores = event.entries.some((entry) => /kSecValueData$/.test(entry.key.symbol ?? ''));
    for (const entry of event.entries) {
      const key = entry.key.symbol ?? entry.key.text ?? '';
      if (entry.key.text !== undefined && /^kSec[A-Z]\w+$/.test(entry.key.text) && event.scene.unit.language === 'swift')
        context.report({
          at: here(event.scene, entry.keyNode),
          message: `“${entry.key.text}” in quotes is no attribute of the keychain; the item gets the default instead.`,
          confidence: 'medium',
        });
      if (stores && /kSecAttrSynchronizable$/.test(key) && isTrue(entry.value)) reportSynchronised(event.scene, entry.keyNode, context);
      if (/kSecAttrAccessible$|^keychainAccessible$|^accessible$/.test(key)) judge(entry.value, event.scene, entry.keyNode, context);
    }
  },
  assigns: [
    {
      names: ['*'],
      check(event, context) {
        const key = event.key?.symbol ?? event.key?.text;
        if (key === undefined) return;
        if (/kSecAttrSynchronizable$/.test(key) && isTrue(event.value) && storesItem(event.scene))
          reportSynchronised(event.scene, event.node, context);
        if (ACCESSIBLE.test(key)) judge(event.value, event.scene, event.node, context);
      },
    },
    {
      names: ['accessibility', 'accessible', 'keychainAccessibility'],
      check(event, context) {
        const key = event.key?.symbol ?? event.key?.text ?? '';
        if (!event.declared && !ACCESSIBLE.test(key)) judge(event.value, event.scene, event.node, context);
      },
    },
    {
      names: ['synchronizable'],
      check(event, context) {
        if (isTrue(event.value) && /keychain/i.test(`${event.path} ${event.receiver?.type ?? ''}`))
          reportSynchronised(event.scene, event.node, context);
      },
    },
  ],
  calls: [
    {
      // React Native's libraries: what they take when they are told nothing.
      names: Object.keys(OPTIONS_PLACE),
      check(event, context) {
        const place = OPTIONS_PLACE[event.name] as number;
        if (event.scene.unit.language !== 'script' || !/SecureStore|Keychain/.test(event.path) || event.args.length !== place) return;
        // Said once: one options object, used everywhere, mends them all.
        if (told.has(context)) return;
        told.add(context);
        context.report({
          at: here(event.scene, event.node),
          message: `${event.name} is not told when the item may be read; by default it moves to other devices with backups.`,
          severity: 'low',
          confidence: 'medium',
        });
      },
    },
    {
      names: ['synchronizable'],
      check(event, context) {
        if (isTrue(event.args[0]?.known) && /keychain/i.test(`${event.path} ${event.receiver?.type ?? ''}`))
          reportSynchronised(event.scene, event.node, context);
      },
    },
    {
      names: [
        'SecAccessControlCreateWithFlags',
        'accessibility',
        'setAccessibilityType',
        'valet',
        'iCloudValet',
        'sharedGroupValet',
        'setObject',
        'setValue',
        'set',
        'add',
      ],
      check(event, context) {
        const value =
          event.name === 'SecAccessControlCreateWithFlags'
            ? event.args[1]?.known
            : event.name === 'accessibility' || event.name === 'setAccessibilityType'
              ? event.args[0]?.known
              : (event.arg('accessibility') ??
                event.arg('withAccess') ??
                event.arg('withAccessibility') ??
                (event.arg('forKey')?.symbol?.endsWith('kSecAttrAccessible') === true ? event.args[0]?.known : undefined));
        if (
          value !== undefined &&
          /eychain|[vV]alet|SecAccess|KeyChain|query|item|dictionary|accessibility/i.test(`${event.path} ${event.receiver?.type ?? ''}`)
        )
          judge(value, event.scene, event.node, context);
      },
    },
  ],
});

const isTrue = (value: Value | undefined): boolean => /^(?:true|kCFBooleanTrue)$/.test(value?.symbol ?? '');

/** Whether the place writes an item: a search that includes synchronised items names the attribute too. */
function storesItem(scene: Scene): boolean {
  const around = scene.function;
  return around !== undefined && /kSecValueData/.test(scene.unit.source.slice(around.start, around.end));
}

function reportSynchronised(scene: Scene, node: { start: number; end: number }, context: AuditContext): void {
  context.report({
    at: here(scene, node),
    message: 'The item is copied to every device of the account through iCloud Keychain.',
    // A choice many apps make on purpose, for settings; of what is named a secret it is said aloud.
    confidence: namesSecret(scene) ? 'medium' : 'low',
  });
}

const namesSecret = (scene: Scene): boolean =>
  scene.function === undefined ||
  [scene.function.name, ...scene.function.params.map((parameter) => parameter.name)].some((name) => sensitiveName(name) === 'credential');

function reportAlways(spelled: string, scene: Scene, node: { start: number; end: number }, context: AuditContext): void {
  context.report({
    at: here(scene, node),
    message: `${spelled.split('.').at(-1)}: the item is readable while the device is locked; the class is deprecated.`,
    severity: 'high',
  });
}

function judge(value: Value, scene: Scene, node: { start: number; end: number }, context: AuditContext): void {
  const spelled = spelledClass(value);
  if (ALWAYS.test(spelled)) reportAlways(spelled, scene, node, context);
  else if (NOT_DEVICE_BOUND.test(spelled))
    context.report({
      at: here(scene, node),
      message: `${spelled.split('.').at(-1)}: the item moves to other devices with backups.`,
      confidence: 'medium',
    });
}
