import type { AuditContext } from '../../audit.ts';
import { defineAudit } from '../../audit.ts';
import type { CallEvent } from '../../flow/events.ts';
import { isPushToken } from '../../flow/push-token.ts';
import { sensitiveName } from '../../flow/sensitive-name.ts';
import type { Value } from '../../flow/value.ts';
import { isCoinToken } from '../coin-token.ts';
import { here } from '../event-place.ts';
import { mentions } from '../mentions.ts';
import { personalOfSystem } from '../personal-source.ts';
import { placeOfSecret } from '../place-of-secret.ts';
import { checkCookie, checkPairs, confidence, PREFERENCES, say, short } from './kept-in-preferences.ts';
import { sensitiveKey } from './session-name.ts';
import { storedRecord } from './stored-record.ts';
import { isWrittenSecret } from './written-secret.ts';

const TAKEN = /\{[^{}]*\bsetItem\b[^{}]*\}\s*=\s*(?:AsyncStorage|localStorage)\b/;

/** SwiftUI's wrapper, and those teams write for themselves: `@UserDefault("token")`, `@StoredDefault`. */
const PREFERENCE_WRAPPER = /^@(?:AppStorage|SceneStorage|\w*(?:UserDefault|Preference|Default)s?(?:Backed|Wrapper|Storage|Value)?)$/;

export const secretsInPreferences = defineAudit({
  id: 'secrets-in-preferences',
  area: 'storage',
  title: 'Tokens and personal data stay out of UserDefaults, AsyncStorage and the like',
  failingTitle: 'Secrets or personal data are stored in plain preferences',
  severity: 'high',
  references: {
    checklist: 'tokens-in-keychain',
    masvs: ['MASVS-STORAGE-1'],
    mastg: ['MASTG-TEST-0300'],
    maswe: ['MASWE-0006'],
    cwe: [312, 922],
  },
  why: 'Preferences are a plain file: they are in every backup, and on a jailbroken or seized device anybody reads them.',
  remedy: {
    text: 'Keep tokens in the keychain (expo-secure-store or react-native-keychain in React Native), readable only on this device while it is unlocked.',
    language: 'swift',
    code: 'let query: [CFString: Any] = [\n  kSecClass: kSecClassGenericPassword,\n  kSecAttrService: "session",\n  kSecAttrAccessible: kSecAttrAccessibleWhenUnlockedThisDeviceOnly,\n  kSecValueData: token,\n]\nSecItemAdd(query as CFDictionary, nil)',
    script: "await SecureStore.setItemAsync('refresh', token, { keychainAccessible: SecureStore.WHEN_UNLOCKED_THIS_DEVICE_ONLY });",
  },
  needs: ['code'],
  samples: {
    fail: [
      {
        path: 'session.ts',
        text: "const { setItem, getItem } = AsyncStorage;\nexport const keep = (token) => setItem('USER_TOKEN', token);",
      },
      {
        path: 'session.ts',
        text: 'export const setToken = async (data) => { await AsyncStorage.setItem(KEYS.BOX, JSON.stringify(data)); };',
      },
      { path: 'session.ts', text: 'export const keep = (answer) => AsyncStorage.multiSet([["place", "start"], ["userToken", answer]]);' },
      'class Login { func keep() { UserDefaults.standard.set(passTF.text!, forKey: "a"); } }',
      'class Login { func keep() { UserDefaults.standard.set(phoneTextField.text, forKey: "a"); } }',
      'func keep(s: Session) throws { UserDefaults.standard.set(try JSONEncoder().encode(s), forKey: "s") }\nstruct Session: Codable { let accessToken: String }',
      'extension UserDefaults { var accessToken: String? { get { string(forKey: "t") } set { set(newValue, forKey: "t") } } }',
      'func keep(token: String) { Defaults[.session] = token; let d = UserDefaults.standard; d.register(defaults: ["t": token]) }',
      'func keep(accessToken: String) { UserDefaults.standard.set(accessToken, forKey: "t") }',
      'func keep(value: String) {\n  let defaults = UserDefaults(suiteName: "group.example")!\n  defaults.setValue(value, forKey: "refreshToken")\n}',
      'struct Session { @AppStorage("token") var authToken = "" }',
      'extension UserDefaults { func remember(_ value: String) { set(value, forKey: "token") } }',
      'class Settings { @UserDefault("token", fallback: "") var token: String }',
      'enum Keys: String { case password }\nclass Settings { static let store = UserDefaults.standard; static var password: String { get { store.string(forKey: Keys.password.rawValue)! } set { store.set(newValue, forKey: Keys.password.rawValue) } } }',
      'struct Session: Codable { let user: String; let accessToken: String }\nfunc keep(s: Session) throws { let data = try JSONEncoder().encode(s); UserDefaults.standard.set(data, forKey: "s") }',
      {
        path: 'keep.ts',
        text: 'type Entry = { title: string; pin: string };\nexport const keep = (all: Entry[]) => AsyncStorage.setItem("all", JSON.stringify(all));',
      },
      {
        path: 'session.ts',
        text: 'export const enter = async (form) => { const res = await http.post("/auth/login", form); await AsyncStorage.setItem("me", JSON.stringify(res.data)); };',
      },
      { path: 'session.ts', text: 'export const keep = (token) => AsyncStorage.setItem("session", token);' },
      { path: 'session.ts', text: 'export const keep = (authToken) => Settings.set({ authToken });' },
      { path: 'session.ts', text: 'export const keep = (token) => DefaultPreference.set("t", token);' },
      { path: 'session.ts', text: 'const kv = new MMKV();\nexport const keep = (token) => kv.set("session", token);' },
      { path: 'session.ts', text: 'export const keep = (accessToken) => AsyncStorage.multiSet([["a", accessToken]]);' },
      {
        path: 'Keep.m',
        text: '- (void)keep:(NSString *)password { [[NSUserDefaults standardUserDefaults] setObject:password forKey:@"p"]; }',
      },
      'class Prefs { static func save(_ item: Any?, key: String) { UserDefaults.standard.set(item, forKey: key) } }\nfunc done(accessToken: String) { Prefs.save(accessToken, key: "t") }',
      'func f() { UserDefaults.standard.set("The answer is: 4F7K2Q", forKey: "Secret") }',
      'func f() { UserDefaults.standard.set("2580", forKey: "password") }',
      'func f(card: String, cvv: String) { UserDefaults.standard.setValuesForKeys(["a": card, "b": cvv]) }',
      'func f(passWord: String) { UserDefaults.standard.set(passWord, forKey: "p") }',
      { path: 'session.ts', text: 'export const keep = (answer) => AsyncStorage.setItem(KEYS.AUTH_TOKEN, answer);' },
      { path: 'session.ts', text: 'export const keep = (answer) => AsyncStorage.setItem("@shop/currentUser", JSON.stringify(answer));' },
      { path: 'session.ts', text: 'export const keep = (userData) => AsyncStorage.setItem("u", JSON.stringify(userData));' },
      { path: 'session.ts', text: 'const kv = new MMKV();\nexport const keep = (answer) => kv.set("user.token", answer.value);' },
      {
        path: 'session.ts',
        text: 'export async function keep(user) { user = JSON.stringify(user); await AsyncStorage.setItem("user", user); }',
      },
      {
        path: 'cache.ts',
        text: 'const key = "account";\nexport const keep = (value) => { const item = { value, at: Date.now() }; AsyncStorage.setItem(key, JSON.stringify(item)); };',
      },
      'class Bank { private let place = "cachedAccounts"\n  func keep(all: [Entry]) { if let encoded = try? JSONEncoder().encode(all) { UserDefaults.standard.set(encoded, forKey: place) } } }',
      {
        path: 'Keep.m',
        text: '- (void)keep:(NSDictionary *)userInfo { [[NSUserDefaults standardUserDefaults] setObject:userInfo forKey:@"userInfo"]; }',
      },
      {
        path: 'Keep.m',
        text: '@implementation Keep\n- (void)keep { self.finder = [CLLocationManager new]; [[NSUserDefaults standardUserDefaults] setObject:self.box.text forKey:@"lat"]; }\n@end',
      },
      {
        path: 'places.ts',
        text: 'import * as Location from "expo-location";\nexport const keep = (lastLocation) => AsyncStorage.setItem("last", JSON.stringify(lastLocation));',
      },
    ],
    pass: [
      {
        path: 'session.ts',
        text: 'export const setTokenCount = async (data) => { await AsyncStorage.setItem(KEYS.BOX, JSON.stringify(data)); };',
      },
      { path: 'session.ts', text: 'export const keep = (answer) => AsyncStorage.multiSet([["place", "start"], ["theme", answer]]);' },
      'class Prefs { static func save(_ item: Any?, key: String) { UserDefaults.standard.set(item, forKey: key) } }\nfunc done(theme: String) { Prefs.save(theme, key: "t") }',
      'func f() { UserDefaults.standard.set("asked twice", forKey: "Secret"); UserDefaults.standard.set("2580", forKey: "passwordAge") }',
      { path: 'session.ts', text: 'export const keep = (answer) => AsyncStorage.setItem(KEYS.TOKEN_COUNT, answer);' },
      { path: 'session.ts', text: 'export const keep = (answer) => AsyncStorage.setItem("userSettings", JSON.stringify(answer));' },
      { path: 'session.ts', text: 'export const keep = (cart) => AsyncStorage.setItem("cart", JSON.stringify(cart));' },
      { path: 'session.ts', text: 'export const keep = () => AsyncStorage.setItem("user", "guest");' },
      'class Shop { func keep(all: [Entry]) { if let encoded = try? JSONEncoder().encode(all) { UserDefaults.standard.set(encoded, forKey: "cachedArticles") } } }',
      'func keep(isOpen: Bool) { UserDefaults.standard.set(isOpen, forKey: "account") }',
      {
        path: 'router.ts',
        text: 'export const keep = (lastLocation) => AsyncStorage.setItem("last", JSON.stringify(lastLocation));',
      },
      {
        path: 'coins.ts',
        text: 'export const worth = (token) => token.symbol + token.balance;\nexport const keep = (list) => AsyncStorage.setItem("@wallet:token", JSON.stringify(list));',
      },
      {
        path: 'keep.ts',
        text: 'type Entry = { title: string; page: number };\nexport const keep = (all: Entry[]) => AsyncStorage.setItem("all", JSON.stringify(all));',
      },
      { path: 'session.ts', text: 'export const keep = (user) => SecureStore.setItemAsync("user", JSON.stringify(user));' },
      'struct Theme: Codable { let name: String }\nfunc keep(t: Theme) throws { UserDefaults.standard.set(try JSONEncoder().encode(t), forKey: "t") }',
      {
        path: 'session.ts',
        text: 'export const enter = async (form) => { const res = await http.post("/auth/login", form); await AsyncStorage.setItem("theme", res.data.theme); };',
      },
      {
        path: 'Keep.m',
        text: '@implementation Keep\n- (void)keep { [[NSUserDefaults standardUserDefaults] setObject:self.box.text forKey:@"lat"]; }\n@end',
      },
      'func keep(theme: String) { UserDefaults.standard.set(theme, forKey: "theme") }',
      'func keep(token: String) { UserDefaults.standard.set(token, forKey: Keys.pushToken) }',
      'func keep(tokenCount: Int) { UserDefaults.standard.set(tokenCount, forKey: "count") }',
      {
        path: 'session.ts',
        text: 'const kv = new MMKV({ id: "s", encryptionKey: await fromKeychain() });\nexport const keep = (token) => kv.set("session", token);',
      },
      {
        path: 'session.ts',
        text: 'const config = { id: "s" };\nif (ios) config.encryptionKey = fromKeychain();\nconst mmkv = new MMKV(config);\nexport const keep = (token) => mmkv.set("session", token);',
      },
      { path: 'session.ts', text: 'export const keep = (token) => SecureStore.setItemAsync("session", token);' },
    ],
  },
  calls: [
    {
      names: [
        'set',
        'setValue',
        'setObject',
        'setItem',
        'setString',
        'setItemAsync',
        'multiSet',
        'mergeItem',
        'setDictionary',
        'setArray',
        'setURL',
        'setSecureValue',
        'setValuesForKeys',
        'setValuesForKeysWithDictionary',
        'register',
        'registerDefaults',
      ],
      check,
    },
    { names: ['put', 'putObject', 'cookie'], check: checkCookie },
    {
      names: ['CFPreferencesSetAppValue', 'CFPreferencesSetValue', 'CFPreferencesSetMultiple'],
      check(event, context) {
        const value = event.args[1]?.known;
        if (value?.sensitive === undefined || value.guarded === true) return;
        context.report({ at: here(event.scene, event.node), message: say(value, 'preferences'), confidence: confidence(value) });
      },
    },
  ],
  assigns: [
    {
      names: ['*'],
      check(event, context) {
        if (event.declared) {
          if (event.node.kind !== 'declare' || !event.node.modifiers.some((item) => PREFERENCE_WRAPPER.test(item))) return;
          if (sensitiveName(event.name) !== undefined && event.value.type !== 'Bool' && event.value.type !== 'Int') {
            context.report({
              at: { unit: event.scene.unit, start: event.node.start },
              message: `“${event.name}” is kept in UserDefaults by its property wrapper.`,
              confidence: 'medium',
            });
          }
          return;
        }
        if (event.value.sensitive !== undefined && /^(?:window\.)?(?:local|session)Storage\.\w+$/.test(event.path)) {
          context.report({
            at: here(event.scene, event.node),
            message: say(event.value, event.path),
            confidence: confidence(event.value),
          });
          return;
        }
        // `Defaults[.token] = …`, `Defaults.token = …` of the libraries of that name; `defaults["token"] = …`.
        const keyed = event.key !== undefined || /^Defaults\.\w+$/.test(event.path);
        if (!keyed || !PREFERENCES.test(event.path) || event.value.sensitive === undefined) return;
        context.report({
          at: here(event.scene, event.node),
          message: say(event.value, event.path),
          confidence: confidence(event.value),
        });
      },
    },
  ],
});

function check(event: CallEvent, context: AuditContext): void {
  const holder = event.receiver?.type ?? event.receiver?.symbol ?? '';
  const path = event.path.slice(0, -event.name.length - 1);
  // `Settings` of React Native is UserDefaults; elsewhere it is anybody's.
  const settings = path === 'Settings' && event.scene.unit.language === 'script';
  // An extension of UserDefaults calls its own methods.
  const own = (event.receiverNode === undefined || path === 'self') && /^(?:NS)?UserDefaults$/.test(event.scene.type ?? '');
  // `const { setItem } = AsyncStorage`.
  const taken = event.receiverNode === undefined && event.name === 'setItem' && mentions(event.scene.unit, TAKEN);
  if (!settings && !own && !taken && !PREFERENCES.test(path) && !PREFERENCES.test(holder)) return;
  if (/[sS]ecure|Keychain|encrypted/i.test(path) || event.receiver?.items?.[0]?.entries?.has('encryptionKey') === true) return;
  // The store is made with a key somewhere in the file, if not in sight of the flow.
  if (/mmkv/i.test(`${path} ${holder}`) && /\bencryptionKey\b/.test(event.scene.unit.source)) return;
  if (event.name === 'multiSet' && checkPairs(event, context)) return;
  const value =
    event.args[
      event.name === 'setItem' || event.name === 'mergeItem' || /MMKV|storage|DefaultPreference/.test(`${path} ${holder}`)
        ? event.args.length - 1
        : 0
    ]?.known ?? {};
  const key = keyName(event.arg('forKey') ?? event.args[event.args.length - 1]?.known) ?? keyName(event.args[0]?.known);
  const byKey =
    key === undefined ||
    value.guarded === true ||
    (value.literal === true && !isWrittenSecret(key, value.text)) ||
    value.type === 'Bool' ||
    value.type === 'Int'
      ? undefined
      : (sensitiveKey(key) ?? personalOfSystem(key, event.scene.unit)?.kind);
  if (value.sensitive === undefined && byKey === undefined) {
    const session = value.guarded === true ? undefined : storedRecord(event, key);
    if (session !== undefined)
      context.report({
        at: here(event.scene, event.node),
        message: `“${session}”, the session or a person’s record as a whole, is kept in ${short(path)}, a plain file.`,
        confidence: 'medium',
        severity: 'medium',
      });
    return;
  }
  const called = value.sensitive?.name ?? key ?? '';
  if (isPushToken(called, event.scene, event.node) || isCoinToken(called, event.scene.unit, context)) return;
  context.report({
    ...(value.sensitive === undefined ? { at: here(event.scene, event.node) } : placeOfSecret(value.sensitive, event)),
    message: value.sensitive !== undefined ? say(value, path) : `The value under “${key}” is kept in ${short(path)}, a plain file.`,
    confidence: value.sensitive !== undefined ? confidence(value) : 'medium',
    ...(value.text === undefined || value.text === '' ? {} : { secrets: [value.text] }),
  });
}

/** What a key says: its text, or the constant or enum case that stands for it: `Keys.password.rawValue`, `KEYS.AUTH_TOKEN`. */
const keyName = (key: Value | undefined): string | undefined =>
  key?.text ?? /(\w+)\.rawValue$/.exec(key?.symbol ?? '')?.[1] ?? /^[A-Z]\w*\.(\w+)$/.exec(key?.symbol ?? '')?.[1];
