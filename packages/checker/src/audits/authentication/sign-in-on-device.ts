import { basename } from 'node:path/posix';
import { type AuditContext, defineAudit } from '../../audit.ts';
import type { Scene, TextEvent } from '../../flow/events.ts';
import { ABOUT } from '../../flow/known-calls.ts';
import { onceAName } from '../../flow/once-a-name.ts';
import { lastName, pathOf } from '../../flow/paths.ts';
import { words } from '../../flow/sensitive-name.ts';
import type { Value } from '../../flow/value.ts';
import type { Expression } from '../../syntax/tree.ts';
import { here } from '../event-place.ts';
import { accountIn } from '../secrets/written-account.ts';
import { spelledLocal } from '../spelled-local.ts';
import { reportLocalSignIn } from './local-sign-in.ts';
import { KEEPS_SESSION, reportMadeUpSession } from './made-up-session.ts';
import { reportRole, reportRoleOnDevice } from './role-on-device.ts';
import { reportUncheckedSignIn } from './unchecked-sign-in.ts';
import { reportWrittenCredentials } from './written-credentials.ts';

const PASSWORD =
  /\b(?:pass ?word|pass ?wd|pwd|pass ?code|pass ?phrase|user ?pwd|pass(?= (?:text ?)?(?:field|fld|tf|txt|input|box)\b)|(?<=\b(?:txt|tf) )pass)\b/;
/** The password is what the name ends in, but for the field it was typed into and conversions. */
const ENDS_IN_PASSWORD =
  /\b(?:pass ?word|pass ?wd|pwd|pass ?code|pass ?phrase)(?: (?:text )?(?:field|input|tf|box|txt))?(?: (?:text|value|string|lower ?cased?|to lower case|trim\w*|description))*$/;
/** What most comparisons of an app do not say; the cheapest question first. */
const SPEAKS_OF_ONE = /pass|pwd|pin|otp|(?:access|secret|verification)_?code/i;
/** Words too common to be a password outside of functions that sign in. */
const SHORT =
  /^(?:(?:entered|typed|input|user) )?(?:pass|pin|pin code|otp|otp code|access code|secret code|verification code)(?: (?:text )?(?:field|input|tf|box|txt))?(?: text| value)?$/;
/** The same password typed twice, the old beside the new one, or what stands around a password. */
const OTHER =
  /\b(?:confirm\w*|repeat\w*|again|re|re ?type\w*|re ?enter\w*|verify|second|new|old|current|previous|last|lhs|rhs|other|length|strength|type|field type|mode|key|placeholder|hint|error|valid|state|status|count|label|visib\w*)\b/;
/** Whose password it is: an account's that the app holds. */
const HELD =
  /\b(?:users?|account|profile|member|admin|customer|person|employee|student|stored|saved|registered|real|correct|expected|existing|found|db|database|record|row|result|model|info|login info|user ?info)\b/;
const SIGNS_IN = /\b(?:log ?in|sign ?in|auth\w*|unlock|verify|validate|check|submit|enter)\b/;

/** `… WHERE name = ? AND password = ?`. */
const ASKED_PASSWORD = /\b(?:user_?)?(?:password|passwd|pwd)\s*(?:=|==|like)\s*(?:\?|%@|\0|['":@$])/gi;

/** `select … where … password = ?`, looked for part by part: at once would try every select with every where. */
function queriesPassword(text: string): boolean {
  const select = text.search(/\bselect\b/i);
  const where = select === -1 ? -1 : text.slice(select).search(/\bwhere\b/i);
  ASKED_PASSWORD.lastIndex = select + where;
  return where !== -1 && ASKED_PASSWORD.test(text);
}

const PREDICATED = /\b(?:password|passwd|pwd)\s*(?:=|==|like)(?:\[c?d?\])?\s*(?:%@|'?\0)/i;

export const signInOnDevice = defineAudit({
  id: 'sign-in-on-device',
  area: 'authentication',
  title: 'The server decides who is signed in',
  failingTitle: 'A password is checked on the device',
  severity: 'high',
  references: { checklist: 'backend-decides', masvs: ['MASVS-AUTH-1'], cwe: [603, 602, 287], api10: ['API2:2023'] },
  why: 'A comparison in the app is one changed branch away from true; and the right password must be on the device, where it can be read.',
  remedy: {
    text: 'Send what was typed to the server over TLS and let it answer with a session. For a lock of the app itself, bind a keychain item to biometry or the passcode.',
    language: 'swift',
    code: 'let session = try await api.signIn(user: name, password: typed)   // 401 is the answer to a wrong one',
    script:
      "const answer = await fetch(sessionUrl, { method: 'POST', body: JSON.stringify({ user, password }) });\nif (answer.status === 401) showWrongPassword();",
  },
  needs: ['code'],
  samples: {
    fail: [
      {
        path: 'context.ts',
        text: "export const entrance = { signIn: async (form) => { await AsyncStorage.setItem('userToken', 'token-of-a-guest'); enter(); } };",
      },
      {
        path: 'auth.ts',
        text: "export async function signIn(name, password) { const made = 'token-of-a-guest'; await SecureStore.setItemAsync('token', made); setUser({ name }); }",
      },
      { path: 'check.ts', text: "const ACCOUNT = 'kim@shop.example:letmein-99';\nexport const check = (opened) => opened === ACCOUNT;" },
      'class SignIn { func submit() { for person in people { if person.password == passField.text { open() } } } }',
      'class SignIn { func submit() { if store.isKnown(emailField.text!) { present(home, animated: true) } } }\nclass Store { func isKnown(_ email: String) -> Bool { let r = Person.fetchRequest(); r.predicate = NSPredicate(format: "mail == %@", email); return try! context.fetch(r).isEmpty == false } }',
      'func login(user: String, pass: String) -> Bool { user == "admin" && pass == "letmein99" }',
      'class SignIn { func submit() { if passwordField.text == account.password { open() } } }',
      { path: 'Login.m', text: '- (void)login { if ([self.passwordField.text isEqualToString:user.password]) { [self open]; } }' },
      'func login() { request.predicate = NSPredicate(format: "name == %@ AND password == %@", name, typed) }',
      {
        path: 'login.ts',
        text: 'export const find = (db, name, word) => db.getFirstAsync("SELECT * FROM users WHERE name = ? AND password = ?", [name, word]);',
      },
      'class SignIn { func login() -> Bool { people.contains { $0.name == name && $0.password == password } } }',
      { path: 'login.ts', text: 'export const signIn = (user, password) => { if (password === "hunter2") open(); };' },
      {
        path: 'login.ts',
        text: 'export async function login(form) { const account = await find(form.name); if (account.password === form.password) open(); }',
      },
      'class Front { func tapped() { for one in people { if one["password"]! == self.password.text! { open() } } } }',
      'class PinController { func check() { if pinField.text == "1234" { unlock() } } }',
      { path: 'verify.ts', text: "const verifyOtp = () => { if (otp === '123456') open(); };" },
      {
        path: 'Login.m',
        text: '- (void)login { if ([[defaults objectForKey:@"pwd"] isEqualToString:self.passwordField.text]) { [self open]; } }',
      },
      {
        path: 'Login.m',
        text: '- (void)login { NSString *password = self.box.text; NSString *gotPassword = [defaults objectForKey:@"password"]; if ([password isEqualToString:gotPassword]) { [self open]; } }',
      },
      'class Login { func submit() { let password = box.text; let gotPassword = UserDefaults.standard.string(forKey: "password"); if password == gotPassword { open() } } }',
      'class Session { func login(name: String, password: String) { isBusy = true; DispatchQueue.main.asyncAfter(deadline: .now() + 1) { self.isBusy = false; self.isLoggedIn = true } } }',
      'class Menu { func build() { let role = UserDefaults.standard.string(forKey: "role"); if role == "admin" { showAdmin() } } }',
      'class Menu { func build() { if UserDefaults.standard.bool(forKey: "isAdmin") { showAdmin() } } }',
      {
        path: 'menu.ts',
        text: "export const load = async () => { const role = await AsyncStorage.getItem('role'); if (role === 'admin') showAdmin(); };",
      },
      'class SignInModel { func check(mail: String?, code: String?) -> Bool { return mail == "kim" && code == "opensesame1" } }',
      {
        path: 'Login.m',
        text: '- (BOOL)login { return [self.user.text isEqualToString:@"kim"] && [self.key.text isEqualToString:@"opensesame1"]; }',
      },
      {
        path: 'use-auth.tsx',
        text: "export const Provider = () => { const refresh = () => { load(); }; const signIn = (email, password) => { if (email && password) { Alert.alert('Welcome'); setIsLogged(true); } else Alert.alert('Fill in both'); }; return { signIn }; };",
      },
      'struct Login: View { func signIn() { guard !name.isEmpty, !password.isEmpty else { hint = "Fill in both"; return }; DispatchQueue.main.asyncAfter(deadline: .now() + 1) { session.isLoggedIn = true } } }',
      {
        path: 'Login.js',
        text: "export function handleLogin() { if (password.length > 3) { navigation.replace('Home'); } }",
      },
      'func application(_ app: UIApplication, open url: URL) -> Bool { if url.absoluteString.contains("password=opensesame1") { activate() }; return true }',
    ],
    pass: [
      {
        path: 'auth.ts',
        text: "export async function signIn(name, password) { const got = await api.enter(name, password); await SecureStore.setItemAsync('token', got.token); await SecureStore.setItemAsync('theme', 'dark-and-quiet'); }",
      },
      { path: 'auth.ts', text: "export async function restore() { await SecureStore.setItemAsync('token', 'token-of-a-guest'); }" },
      { path: 'check.ts', text: "const PLACE = 'git@shop.example:8080';\nexport const check = (opened) => opened === PLACE;" },
      { path: 'check.ts', text: "const checkKind = (otp) => otp === 'email';" },
      { path: 'check.ts', text: "export const validate = (user, key) => user === 'me' && key === 'kept';" },
      'class Menu { func build(role: String) { if role == "admin" { showAdmin() } } }',
      { path: 'session.ts', text: 'export const onLoginSuccess = (user, password) => { setUser(user); setIsLoggedIn(true); };' },
      'class Session { func login(name: String, password: String) { isLoggedIn = true; server.open(name, password) } }',
      'func login(name: String, code: String) -> Bool { name == "GET" && kind == "code" }',
      {
        path: 'use-auth.tsx',
        text: 'export const signIn = async (email, password) => { if (email && password) { const user = await api.open(email, password); if (user) setIsLogged(true); } };',
      },
      { path: 'Login.js', text: "export function handleLogin() { if (password.length > 3) { navigation.navigate('Confirm'); } }" },
      'func authenticate() { guard !password.isEmpty else { return }; client.open(with: password) { self.isAuthenticated = true } }',
      'func handle(_ url: URL) -> Bool { url.absoluteString.contains("reset_password=") }',
      'class SignIn { func submit() { if store.isKnown(emailField.text!) { hint("Welcome back") } } }\nclass Store { func isKnown(_ email: String) -> Bool { let r = Person.fetchRequest(); return try! context.count(for: r) > 0 } }',
      'class SignIn { func submit() async { if await api.check(email.text!) { present(home, animated: true) } } }\nclass Api { func check(_ email: String) async -> Bool { let (_, r) = try! await URLSession.shared.data(from: url); return r.ok } }',
      'func register() { if passwordField.text == confirmPasswordField.text { send() } }',
      {
        path: 'Login.m',
        text: '- (void)login { NSString *password = self.box.text; NSString *gotPassword = [self.form typedPassword]; if ([password isEqualToString:gotPassword]) { [self open]; } }',
      },
      'func login() { if password == "" { return } }',
      'class Form { func tapped() { if values["password"]! == self.repeated.text! { send() } } }',
      'func change(db: Connection) throws { try db.run("UPDATE users SET password = ? WHERE id = ?", sealed, id) }',
      'extension Account { static func == (lhs: Account, rhs: Account) -> Bool { lhs.password == rhs.password } }',
      { path: 'login.ts', text: 'export const type = (field) => (field.type === "password" ? "secret" : "plain");' },
      { path: 'login.ts', text: 'export const check = (form) => form.password === form.passwordConfirmation;' },
    ],
  },
  texts(event, context) {
    if (!/pass|pwd/i.test(event.text)) return;
    if (queriesPassword(event.text) || (PREDICATED.test(event.text) && /[Pp]redicate/.test(before(event))))
      context.report({
        at: here(event.scene, event.node),
        message: 'A local query asks for the password: whoever can change the device’s data can sign in.',
        confidence: 'medium',
      });
  },
  functions(event, context) {
    reportUncheckedSignIn(event, context);
    if (event.scene.function !== undefined || !isOfSignIn(event.node.name, event.scene)) return;
    reportLocalSignIn(event, context);
    reportWrittenCredentials(event, context);
  },
  comparisons(event, context) {
    reportRoleOnDevice(event, context);
    const account = accountIn(event.left.text) ?? accountIn(event.right.text);
    if (account !== undefined)
      context.report({
        at: here(event.scene, event.node),
        message: 'What was typed is compared with an account in the code.',
        secrets: [account],
        confidence: 'medium',
      });
    judge(event.node.left, event.left, event.node.right, event.right, event.scene, event.node, context);
  },
  calls: [
    { names: KEEPS_SESSION, check: reportMadeUpSession },
    {
      names: ['bool', 'boolForKey', 'getItem', 'getBoolean', 'getBool'],
      check(event, context) {
        const key = event.args[0]?.known.text ?? '';
        if (/^(?:is|user)?[_-]?(?:is)?_?(?:super)?_?admin(?:istrator)?$/i.test(key)) reportRole(event.scene, event.node, context);
      },
    },
    {
      names: ['contains', 'containsString', 'includes', 'hasPrefix', 'hasSuffix', 'startsWith', 'endsWith', 'range', 'rangeOfString'],
      check(event, context) {
        const text = event.args[0]?.value.kind === 'string' ? event.args[0].known.text : undefined;
        const password = text === undefined ? undefined : IN_LINK.exec(text)?.[1];
        if (password !== undefined)
          context.report({
            at: here(event.scene, event.node),
            message: 'A link is asked for a password that stands in the code.',
            secrets: [password],
            confidence: 'medium',
          });
      },
    },
    {
      names: ['isEqualToString', 'isEqual', 'elementsEqual', 'compare', 'localeCompare', 'caseInsensitiveCompare', 'equals'],
      check(event, context) {
        const arg = event.args[0];
        if (event.receiverNode !== undefined && event.receiver !== undefined && arg !== undefined)
          judge(event.receiverNode, event.receiver, arg.value, arg.known, event.scene, event.node, context);
      },
    },
  ],
});

/** A password and its value, as in the query of a link. */
const IN_LINK = /(?:^|[?&_])(?:password|passwd|pwd|passcode|pin)=([\w!@#$%.-]{4,})$/i;

const before = (event: TextEvent): string => event.scene.unit.source.slice(Math.max(0, event.node.start - 40), event.node.start);

type Node = { readonly start: number; readonly end: number };

function judge(
  leftNode: Expression,
  left: Value,
  rightNode: Expression,
  right: Value,
  scene: Scene,
  node: Node,
  context: AuditContext,
): void {
  if (!SPEAKS_OF_ONE.test(scene.unit.source.slice(node.start, node.end))) return;
  // `==` of a type, and what an object does when it is changed, compare without deciding anything.
  if (scene.function !== undefined && /^(?:==|isEqual\w*|hash|equals)$/.test(scene.function.name)) return;
  const leftText = isText(leftNode, left);
  if (leftText !== isText(rightNode, right)) {
    const [typed, text] = leftText ? [rightNode, left.text as string] : [leftNode, right.text as string];
    const name = spoken(typed);
    if (
      name === undefined ||
      OTHER.test(name) ||
      !(ENDS_IN_PASSWORD.test(name) || (SHORT.test(name) && (/\d/.test(text) || /^pass$/.test(name)) && signsIn(scene)))
    )
      return;
    context.report({
      at: here(scene, node),
      message: 'A password is compared with a text in the code.',
      secrets: [text],
      confidence: 'medium',
    });
    return;
  }
  const one = spoken(leftNode, left);
  const other = spoken(rightNode, right);
  if (one === undefined || other === undefined || !PASSWORD.test(one) || !PASSWORD.test(other)) return;
  // What was typed beside an entry of a record: whoever has the record decides, wherever that stands.
  if (!signsIn(scene) && !((isEntry(leftNode) && isTyped(right)) || (isEntry(rightNode) && isTyped(left)))) return;
  if (
    OTHER.test(one) ||
    OTHER.test(other) ||
    (![one, other].some((name) => HELD.test(name)) &&
      ![leftNode, rightNode].some((node) => isRecord(node) || isEntry(node) || isKept(node, scene)))
  )
    return;
  if (rootOf(leftNode) === rootOf(rightNode) && rootOf(leftNode) !== 'self') return;
  context.report({ at: here(scene, node), message: 'What was typed is compared with a password the app holds.', confidence: 'medium' });
}

/** A text spelled in place, or a constant that is called a password. */
const isText = (node: Expression, value: Value): boolean =>
  (node.kind === 'string' || PASSWORD.test(spoken(node) ?? '')) &&
  value.text !== undefined &&
  /^(?!(?:true|false|yes|none|null|nil|undefined)$)[\w@!#$%.-]{3,}$/.test(value.text);

/** All names of an expression as words, `account password` of `account!.password.lowercased()`; undefined when it asks about the value. */
function spoken(node: Expression, value?: Value): string | undefined {
  const key = keyOf(node);
  if (key !== '') return words(key);
  const last = lastName(node);
  if (last === undefined || (ABOUT.test(last) && !/^(?:user|account)$/.test(last))) return undefined;
  const path = pathOf(node)
    .replaceAll('?', '')
    .replace(/^self\./, '');
  return path === '' ? undefined : words(`${path} ${value?.sensitive?.name ?? ''}`);
}

/** `[defaults objectForKey:@"password"]`, asked for in place or a line before. */
function isKept(node: Expression, scene: Scene): boolean {
  const made = spelledLocal(scene, node);
  const asked = made.kind === 'cast' ? made.value : made;
  return asked.kind === 'call' && /forKey:|getItem(?:Async)?\(/i.test(scene.unit.source.slice(asked.start, asked.end));
}

/** `pwd` of `[defaults objectForKey:@"pwd"]`. */
function keyOf(node: Expression): string {
  const key = node.kind === 'call' ? node.args[0]?.value : undefined;
  return key?.kind === 'string' && typeof key.parts[0] === 'string' ? key.parts[0] : '';
}

/** `$0.password`, `found.password`: a member of something that was looked up, not of what was typed. */
const isRecord = (node: Expression): boolean => {
  const path = pathOf(node).replaceAll('?', '').split('.');
  return (
    path.length >= 2 &&
    !TYPED.test(path[0] as string) &&
    !PASSWORD.test(words(path[0] as string)) &&
    PASSWORD.test(words(path[1] as string))
  );
};
/** `account["password"]!`. */
function isEntry(node: Expression): boolean {
  if (node.kind === 'unary') return isEntry(node.operand);
  if (node.kind === 'cast') return isEntry(node.value);
  const key = node.kind === 'index' ? node.args[0]?.value : undefined;
  return (
    key?.kind === 'string' &&
    typeof key.parts[0] === 'string' &&
    PASSWORD.test(words(key.parts[0])) &&
    node.kind === 'index' &&
    !TYPED.test(rootOf(node.object))
  );
}
const isTyped = ({ foreign }: Value): boolean => foreign === 'a text field';

const TYPED =
  /^(?:self|this|form\w*|request|req|input\w*|values?|state|props|params|credentials?|body|view|\w*[vV]iewModel|vm|event|e|data)$/;

const rootOf = (node: Expression): string => pathOf(node).split(/[.([?]/)[0] ?? '';

const signsIn = (scene: Scene): boolean => isOfSignIn(scene.function?.name ?? '', scene);

/** Whether a function is about signing in, by its name, its type's or its file's. */
const isOfSignIn = (name: string, { type, unit }: Scene): boolean =>
  speaksOfSignIn(name) || (type !== undefined && speaksOfSignIn(type)) || liesInSignIn(unit.path);
const speaksOfSignIn = onceAName((name) => SIGNS_IN.test(words(name)));
const liesInSignIn = onceAName((path) => SIGNS_IN.test(words(basename(path).replace(/\.\w+$/, ''))));
