import { defineAudit } from '../../audit.ts';
import { here } from '../event-place.ts';

export const biometricNotBound = defineAudit({
  id: 'biometric-not-bound',
  area: 'authentication',
  title: 'The biometric gate is bound to a keychain item',
  failingTitle: 'The biometric gate is only an if',
  severity: 'medium',
  references: {
    checklist: 'biometric-bound',
    masvs: ['MASVS-AUTH-2'],
    mastg: ['MASTG-TEST-0266', 'MASTG-TEST-0268', 'MASTG-TEST-0270'],
    maswe: ['MASWE-0044', 'MASWE-0045', 'MASWE-0046'],
    cwe: [287, 603],
  },
  why: 'evaluatePolicy answers yes or no inside the app, where a hook turns no into yes; and biometry that may be enrolled later lets a new finger in.',
  remedy: {
    text: 'Put the token into a keychain item with biometryCurrentSet and let reading it ask for the face or finger.',
    language: 'swift',
    code: 'let access = SecAccessControlCreateWithFlags(nil, kSecAttrAccessibleWhenPasscodeSetThisDeviceOnly, .biometryCurrentSet, &error)!\nquery[kSecAttrAccessControl] = access',
    script:
      "await SecureStore.setItemAsync('refresh', token, { requireAuthentication: true });   // reading it asks for the face or finger",
  },
  needs: ['code'],
  samples: {
    fail: [
      {
        path: 'b.ts',
        text: 'export const s = (u, t) => Keychain.setGenericPassword(u, t, { accessControl: Keychain.ACCESS_CONTROL.BIOMETRY_ANY });',
      },
      { path: 'b.ts', text: 'export const unlock = () => FingerprintScanner.authenticate({ title: "x" }).then(() => open());' },
      'func f() { let context = LAContext(); context.evaluatePolicy(.deviceOwnerAuthenticationWithBiometrics, localizedReason: "open") { ok, _ in if ok { show() } } }',
      'func f() { let a = SecAccessControlCreateWithFlags(nil, kSecAttrAccessibleWhenPasscodeSetThisDeviceOnly, .biometryAny, nil) }',
      {
        path: 'b.ts',
        text: 'export const b = async () => { const r = await LocalAuthentication.authenticateAsync(); if (r.success) open(); };',
      },
    ],
    pass: [
      {
        path: 'b.ts',
        text: 'export const s = (u, t) => Keychain.setGenericPassword(u, t, { accessControl: Keychain.ACCESS_CONTROL.BIOMETRY_CURRENT_SET });',
      },
      'func f() { let a = SecAccessControlCreateWithFlags(nil, kSecAttrAccessibleWhenPasscodeSetThisDeviceOnly, .biometryCurrentSet, nil) }',
      'func f(q: [CFString: Any]) { let context = LAContext(); var query = q; query[kSecUseAuthenticationContext] = context; context.evaluatePolicy(.deviceOwnerAuthentication, localizedReason: "open") { ok, _ in } }',
    ],
  },
  functions(event, context) {
    const text = event.text();
    const evaluates = event.calls.filter(
      (call) =>
        (call.name === 'evaluatePolicy' && call.args.length >= 1) ||
        call.name === 'authenticateAsync' ||
        call.name === 'simplePrompt' ||
        (call.name === 'authenticate' && /^(?:TouchID|FaceID|FingerprintScanner|Biometrics|LocalAuth)\./.test(call.path)),
    );
    if (evaluates.length === 0) return;
    // The context is handed to the keychain, here or in the type.
    if (/kSecUseAuthenticationContext|evaluateAccessControl|kSecAttrAccessControl|requireAuthentication/.test(text)) return;
    const local = event.assigns.some((assign) => assign.declared && assign.value.type === 'LAContext');
    if (!local && /kSecUseAuthenticationContext|kSecAttrAccessControl/.test(event.scene.unit.source)) return;
    for (const call of evaluates) {
      context.report({
        at: here(event.scene, call.node),
        message: 'The answer of the biometric check is a yes or no in memory; no keychain item depends on it.',
        confidence: 'medium',
      });
    }
  },
  dictionaries(event, context) {
    for (const { key, keyNode, value } of event.entries)
      if (key.text === 'accessControl' && /BIOMETRY_ANY/.test(value.symbol ?? ''))
        context.report({
          at: here(event.scene, keyNode),
          message: 'BIOMETRY_ANY accepts faces and fingers enrolled after the item was made; use BIOMETRY_CURRENT_SET.',
        });
  },
  calls: [
    {
      names: ['SecAccessControlCreateWithFlags'],
      check(event, context) {
        const flags = event.args.map((arg) => event.scene.unit.source.slice(arg.start, arg.end)).join(' ');
        if (/biometryAny|BiometryAny|touchIDAny|TouchIDAny/.test(flags))
          context.report({
            at: here(event.scene, event.node),
            message: 'biometryAny accepts faces and fingers enrolled after the item was made; use biometryCurrentSet.',
            confidence: 'high',
            severity: 'medium',
          });
        else if (
          /(?:userPresence|UserPresence|devicePasscode|DevicePasscode|\bwatch|\.watch)\b/.test(flags) &&
          !/privateKeyUsage/.test(flags)
        )
          context.report({
            at: here(event.scene, event.node),
            message: 'The item opens with the device passcode or a watch as well as with a face or finger.',
            confidence: /watch/.test(flags) ? 'medium' : 'low',
            severity: 'low',
          });
      },
    },
  ],
});
