import { defineAudit } from '../../audit.ts';
import { here } from '../event-place.ts';

const FLAG = /\bprivateKeyUsage\b|kSecAccessControlPrivateKeyUsage/;
const PASSWORD = /kSecClass(?:Generic|Internet)Password/;
const KEY = /kSecClassKey\b|kSecAttrTokenIDSecureEnclave|SecKeyCreateRandomKey|SecureEnclave\.|kSecPrivateKeyAttrs/;

export const keychainKeyFlag = defineAudit({
  id: 'keychain-key-flag',
  area: 'storage',
  title: 'Access flags of keychain items fit the kind of item',
  failingTitle: 'A password item gets a flag that is for private keys',
  severity: 'medium',
  references: {
    checklist: 'tokens-in-keychain',
    masvs: ['MASVS-STORAGE-1', 'MASVS-AUTH-2'],
    maswe: ['MASWE-0006'],
    cwe: [732, 287],
  },
  why: 'privateKeyUsage speaks of signing with a key of the Secure Enclave; on a password it asks nobody for anything, so the item is not as guarded as the code reads.',
  remedy: {
    text: 'Ask for the person on password items; keep the flag for keys.',
    language: 'swift',
    code: 'SecAccessControlCreateWithFlags(nil, kSecAttrAccessibleWhenPasscodeSetThisDeviceOnly, .biometryCurrentSet, nil)',
  },
  needs: ['code'],
  samples: {
    fail: [
      'func keep(d: Data) {\n  let access = SecAccessControlCreateWithFlags(nil, kSecAttrAccessibleWhenUnlockedThisDeviceOnly, [.privateKeyUsage], nil)!\n  let q: [CFString: Any] = [kSecClass: kSecClassGenericPassword, kSecAttrAccessControl: access, kSecValueData: d]\n  SecItemAdd(q as CFDictionary, nil)\n}',
      {
        path: 'k.m',
        text: '- (void)keep:(NSData *)d { SecAccessControlRef a = SecAccessControlCreateWithFlags(NULL, kSecAttrAccessibleWhenUnlocked, kSecAccessControlPrivateKeyUsage, NULL); NSDictionary *q = @{ (__bridge id)kSecClass: (__bridge id)kSecClassGenericPassword }; }',
      },
    ],
    pass: [
      'func make() {\n  let access = SecAccessControlCreateWithFlags(nil, kSecAttrAccessibleWhenUnlockedThisDeviceOnly, [.privateKeyUsage, .biometryCurrentSet], nil)!\n  let q: [CFString: Any] = [kSecAttrTokenID: kSecAttrTokenIDSecureEnclave, kSecAttrAccessControl: access]\n  SecKeyCreateRandomKey(q as CFDictionary, nil)\n}',
      'func keep(d: Data) {\n  let access = SecAccessControlCreateWithFlags(nil, kSecAttrAccessibleWhenUnlockedThisDeviceOnly, .biometryCurrentSet, nil)!\n  let q: [CFString: Any] = [kSecClass: kSecClassGenericPassword, kSecAttrAccessControl: access]\n}',
    ],
  },
  functions(event, context) {
    const made = event.calls.find((call) => call.name === 'SecAccessControlCreateWithFlags');
    if (made === undefined) return;
    const flags = event.scene.unit.source.slice(made.node.start, made.node.end);
    const text = event.text();
    if (!FLAG.test(flags) || !PASSWORD.test(text) || KEY.test(text)) return;
    context.report({ at: here(event.scene, made.node), message: 'privateKeyUsage guards keys; this item is a password.' });
  },
});
