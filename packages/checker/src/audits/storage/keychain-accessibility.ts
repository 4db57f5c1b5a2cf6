import { type AuditContext, defineAudit } from '../../audit.ts';
import type { Scene } from '../../flow/events.ts';
import type { Value } from '../../flow/value.ts';
import { here } from '../event-place.ts';
import { ALWAYS, NOT_DEVICE_BOUND, spelledClass } from './keychain-items.ts';

/** Where expo-secure-store and react-native-keychain take their options. */
const OPTIONS_PLACE: Record<string, number> = { setItemAsync: 2, setGenericPassword: 2, setInternetCredentials: 3 };
const told = new WeakSet<AuditContext>();

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
      'func f(q: inout [CFString: Any]) { q[kSecAttrAccessible] = kSecAttrAccessibleWhenUnlockedThisDeviceOnly }',
      'let q: [String: Any] = [kSecClass as String: kSecClassGenericPassword, kSecAttrAccessible as String: kSecAttrAccessibleAfterFirstUnlockThisDeviceOnly]',
      {
        path: 's.ts',
        text: 'export const s = (t) => SecureStore.setItemAsync("t", t, { keychainAccessible: SecureStore.WHEN_UNLOCKED_THIS_DEVICE_ONLY });',
      },
    ],
  },
  dictionaries(event, context) {
    for (const entry of event.entries) {
      const key = entry.key.symbol ?? entry.key.text ?? '';
      if (/kSecAttrAccessible$|^keychainAccessible$|^accessible$/.test(key)) judge(entry.value, event.scene, entry.keyNode, context);
    }
  },
  assigns: [
    {
      names: ['*'],
      check(event, context) {
        const key = event.key?.symbol ?? event.key?.text ?? '';
        if (/kSecAttrAccessible$/.test(key)) judge(event.value, event.scene, event.node, context);
        else if (!event.declared && /^(?:accessibility|accessible|keychainAccessibility)$/.test(event.name))
          judge(event.value, event.scene, event.node, context);
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
      names: ['SecAccessControlCreateWithFlags', 'accessibility', 'setObject', 'setValue', 'set'],
      check(event, context) {
        const value =
          event.name === 'SecAccessControlCreateWithFlags'
            ? event.args[1]?.known
            : event.name === 'accessibility'
              ? event.args[0]?.known
              : (event.arg('withAccess') ??
                event.arg('withAccessibility') ??
                (event.arg('forKey')?.symbol?.endsWith('kSecAttrAccessible') === true ? event.args[0]?.known : undefined));
        if (
          value !== undefined &&
          /eychain|SecAccess|KeyChain|query|item|dictionary|accessibility/i.test(`${event.path} ${event.receiver?.type ?? ''}`)
        )
          judge(value, event.scene, event.node, context);
        const { source } = event.scene.unit;
        const around = event.scene.function;
        if (
          event.name === 'SecAccessControlCreateWithFlags' &&
          around !== undefined &&
          /privateKeyUsage|PrivateKeyUsage/.test(source.slice(event.node.start, event.node.end)) &&
          /kSecClassGenericPassword|kSecClassInternetPassword/.test(source.slice(around.start, around.end))
        )
          context.report({
            at: here(event.scene, event.node),
            message: 'privateKeyUsage is for keys of the Secure Enclave; on a password it guards nothing.',
            severity: 'low',
            confidence: 'medium',
          });
      },
    },
  ],
});

function judge(value: Value, scene: Scene, node: { start: number; end: number }, context: AuditContext): void {
  const spelled = spelledClass(value);
  if (ALWAYS.test(spelled))
    context.report({
      at: here(scene, node),
      message: `${spelled.split('.').at(-1)}: the item is readable while the device is locked; the class is deprecated.`,
      severity: 'high',
    });
  else if (NOT_DEVICE_BOUND.test(spelled))
    context.report({
      at: here(scene, node),
      message: `${spelled.split('.').at(-1)}: the item moves to other devices with backups.`,
      confidence: 'medium',
    });
}
