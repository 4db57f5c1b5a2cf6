import { defineAudit } from '../../audit.ts';
import type { TextEvent } from '../../flow/events.ts';
import { here } from '../event-place.ts';
import { accountIn } from '../secrets/written-account.ts';
import { isOfSignIn } from './about-sign-in.ts';
import { judgeComparison } from './compared-passwords.ts';
import { reportLocalSignIn } from './local-sign-in.ts';
import { KEEPS_SESSION, reportMadeUpSession } from './made-up-session.ts';
import { reportRole, reportRoleOnDevice } from './role-on-device.ts';
import { reportUncheckedSignIn } from './unchecked-sign-in.ts';
import { reportWrittenCredentials } from './written-credentials.ts';

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
      'class Front { func go() { let pw = passwordField.text; for one in UserDefaults.standard.array(forKey: "all") as! [[String]] { if one[2] == pw { open() } } } }',
      'class SignInScreen { func tapped() { if pinField.text == self.pin { open() } } }',
      'class Door { func isPinValid(_ number: Int) -> Bool { return number == 2537 } }',
      { path: 'Login.m', text: '- (BOOL)isPasswordValid { return [_passField.text isEqualToString:@"Sesame"]; }' },
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
      'class NewPinScreen { func check() { if pinField.text == self.pin { keep() } } }',
      'class Door { func isPasswordLengthValid(_ number: Int) -> Bool { return number == 100 } }',
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
    judgeComparison(event.node.left, event.left, event.node.right, event.right, event.scene, event.node, context);
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
          judgeComparison(event.receiverNode, event.receiver, arg.value, arg.known, event.scene, event.node, context);
      },
    },
  ],
});

/** A password and its value, as in the query of a link. */
const IN_LINK = /(?:^|[?&_])(?:password|passwd|pwd|passcode|pin)=([\w!@#$%.-]{4,})$/i;

const before = (event: TextEvent): string => event.scene.unit.source.slice(Math.max(0, event.node.start - 40), event.node.start);
