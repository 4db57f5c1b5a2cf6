import { defineAudit } from '../../audit.ts';
import { here } from '../event-place.ts';

export const keychainDeleteWithValue = defineAudit({
  id: 'keychain-delete-with-value',
  area: 'storage',
  title: 'Keychain items are found by their identity',
  failingTitle: 'A keychain item is deleted or updated by its value',
  severity: 'medium',
  references: { checklist: 'tokens-in-keychain', masvs: ['MASVS-STORAGE-1'], cwe: [672, 459] },
  why: 'The old item has another value or class, so the query does not match it: the old token stays, and the new one is refused as a duplicate.',
  remedy: {
    text: 'Delete by class, service and account only; add the value afterwards.',
    language: 'swift',
    code: 'let identity: [CFString: Any] = [kSecClass: kSecClassGenericPassword, kSecAttrService: service, kSecAttrAccount: account]\nSecItemDelete(identity as CFDictionary)',
  },
  needs: ['code'],
  samples: {
    fail: [
      'func save(d: Data) { let q: [String: Any] = [kSecClass as String: kSecClassGenericPassword, kSecAttrAccount as String: "t", kSecValueData as String: d]; SecItemDelete(q as CFDictionary); SecItemAdd(q as CFDictionary, nil) }',
    ],
    pass: [
      'func save(d: Data) { var q: [String: Any] = [kSecAttrAccount as String: "t", kSecValueData as String: d]; q.removeValue(forKey: kSecValueData as String); SecItemUpdate(q as CFDictionary, new as CFDictionary) }',
      'func save(d: Data) { var q: [String: Any] = [kSecClass as String: kSecClassGenericPassword, kSecAttrAccount as String: "t"]; SecItemDelete(q as CFDictionary); q[kSecValueData as String] = d; SecItemAdd(q as CFDictionary, nil) }',
    ],
  },
  calls: [
    {
      names: ['SecItemDelete', 'SecItemUpdate'],
      check(event, context) {
        const entries = event.args[0]?.known.entries;
        const found = entries === undefined ? undefined : ['kSecValueData', 'kSecAttrAccessible'].find((key) => entries.has(key));
        if (found !== undefined)
          context.report({ at: here(event.scene, event.node), message: `The query holds ${found}, so an older item may not match.` });
      },
    },
  ],
});
