import { type AuditContext, defineAudit } from '../../audit.ts';
import type { ArgumentValue, CallEvent } from '../../flow/events.ts';
import { isPushToken } from '../../flow/push-token.ts';
import type { Sensitive } from '../../flow/value.ts';
import { isCoinToken } from '../coin-token.ts';
import { here } from '../event-place.ts';
import { placeOfSecret } from '../place-of-secret.ts';
import { labelledValue } from './labelled-value.ts';
import { ASSERTION, isLogCall, isUnifiedLogger, mayLog, privacyOf } from './log-call.ts';
import { loggedCallback } from './logged-callback.ts';
import { loggedRecord } from './logged-record.ts';
import { carriesHeaders, loggedRequest } from './logged-request.ts';
import { printedObject } from './printed-object.ts';
import { receivedMessage } from './received-message.ts';
import { saysNoValue } from './says-no-value.ts';
import { showsSizeOnly } from './shown-size.ts';
import { typedText } from './typed-text.ts';

/** The import that switches state logging on. */
const LOGS_STATE = /^.*(?:from|require\()\s*['"]redux-logger['"].*$/m;

export const sensitiveLogging = defineAudit({
  id: 'sensitive-logging',
  area: 'logging',
  title: 'No secret and no personal data is logged',
  failingTitle: 'Secrets or personal data are written to the log',
  severity: 'high',
  references: {
    checklist: 'no-sensitive-logging',
    masvs: ['MASVS-STORAGE-2'],
    mastg: ['MASTG-TEST-0297', 'MASTG-TEST-0358'],
    maswe: ['MASWE-0001'],
    cwe: [532, 312],
  },
  why: 'Device logs are read by anybody who connects the device, by crash reporters and in support mails; a token in them can be used at once.',
  remedy: {
    text: 'Log what happened and a correlation id, never the value. With the unified log mark values private, and leave secrets out even then.',
    language: 'swift',
    code: 'logger.info("sign-in finished, request \\(correlationId, privacy: .public)")',
    script: "logger.info('sign-in finished', { requestId });",
  },
  needs: ['code'],
  samples: {
    fail: [
      { path: 'a.ts', text: "export const f = () => { const authState = useSelector(pick); console.log('state', authState); };" },
      'class ChatScreen { func websocketDidReceiveMessage(socket: WebSocketClient, text: String) { print("came: " + text) } }',
      'class Home { let authSession = SFAuthenticationSession(url: url, callbackURLScheme: nil) { back, error in let code = self.item(back, "code"); print("code: \\(code)") } }',
      'func load() { ref.observe(.value) { shot in guard let userData = shot.value as? [String: Any] else { return }; print(userData) } }',
      'func signIn(password: String) { let body = try? JSONEncoder().encode(["password": password]); dump(body) }',
      'func keep(prKey: String) { print(prKey) }',
      'func signUp() { AF.request("https://api.example.com/register").responseJSON { answer in let json = JSON(answer); print(json) } }',
      'func signedIn(accessToken: String) { print("token is \\(accessToken)") }',
      'func show(user: User) {\n  let line = "mail: " + user.emailAddress\n  NSLog("%@", line)\n}',
      'import os\nlet logger = Logger()\nfunc f(password: String) { logger.info("\\(password, privacy: .public)") }',
      { path: 'login.ts', text: 'export function done(session) { console.log("signed in", session.refreshToken); }' },
      'struct Session { let user: String; let accessToken: String }\nfunc opened(session: Session) { print(session) }',
      'class Log { func logMessage(_ text: String) { print(text) }\n  func signedIn(accessToken: String) { self.logMessage("got \\(accessToken)") } }',
      {
        path: 'Log.m',
        text: '@implementation Log\n- (void)trace:(NSString *)format, ... { va_list list; va_start(list, format); NSLogv(format, list); va_end(list); }\n- (void)done:(NSString *)password { [self trace:@"with %@", password]; }\n@end',
      },
      'struct Entry { var title: String; var password: String }\nstruct Screen { @State private var entries: [Entry] = []\n  func show() { print("all \\(self.entries)") } }',
      'struct Entry { var title: String; var password: String }\nstruct Screen { @State private var entries = [Entry]()\n  func show() { print("all \\(entries)") } }',
      'struct Entry { var title: String; var password: String }\nstruct Screen: View { var body: some View { Button(action: { let made: Entry = Entry(title: "a", password: typed); print("made \\(made)") }) } }',
      'struct Entry { var title: String; var password: String }\nfunc edited(entry: Entry?) { print("now \\(String(describing: entry))") }',
      'import AuthenticationServices\nfunc f() { let s = ASWebAuthenticationSession(url: u, callbackURLScheme: "app") { callbackURL, error in print("back \\(callbackURL!)") } }',
      'class SignIn { let flow = OAuthFlow()\n  func handleURL(url: URL) { print(url) } }',
      {
        path: 'login.tsx',
        text: 'export const Screen = () => { const [ask, answer, prompt] = useAuthRequest(config, places); useEffect(() => { console.log("back", answer); }, [answer]); };',
      },
      {
        path: 'login.tsx',
        text: 'export const Screen = () => <TextInput onChangeText={(typed) => { console.log(typed.trim()); setPassword(typed.trim()); }} />;',
      },
      { path: 'login.ts', text: 'export const f = (request) => console.log("made", request.codeVerifier);' },
      {
        path: 'back.ts',
        text: "const redirect = 'app://oauth';\nLinking.addEventListener('url', (link) => { const url = new URL(link); console.log('opened by ' + url); });",
      },
      {
        path: 'me.ts',
        text: "export const me = async () => { const reply = await http.get('/me'); console.log('Fetched user data:', reply.data); };",
      },
      {
        path: 'form.js',
        text: "const blank = { name: '', password: '' };\nclass Form extends Component {\n  state = blank;\n  send() { const { name, password } = this.state; const body = { name, password }; console.log(body); }\n}",
      },
      {
        path: 'enter.js',
        text: "const SignInService = (form) => fetch(base + '/login', { method: 'POST', body: JSON.stringify(form) });\nexport const enter = (form) => SignInService(form).then((r) => r.json()).then((reply) => console.log('reply', reply));",
      },
      'class Trip: NSObject { let manager = CLLocationManager()\n  func moved(locations: [CLLocation]) { let location = locations[0]; print("now at \\(location)") } }',
      {
        path: 'book.ts',
        text: 'import * as Contacts from "expo-contacts";\nexport const show = (contacts) => console.log(JSON.stringify(contacts));',
      },
      {
        path: 'login.ts',
        text: 'export const enter = (form) => fetch(base + "/login", { method: "POST", body: form }).then((r) => r.json()).then((answer) => console.log(answer));',
      },
      { path: 'api.ts', text: 'api.interceptors.request.use((config) => { console.log(config.url, config.headers); return config; });' },
      { path: 'api.ts', text: 'api.interceptors.request.use((config) => { console.log(JSON.stringify(config)); return config; });' },
      {
        path: 'enter.ts',
        text: 'interface Answer { name: string; refreshToken: string }\nexport const enter = async (form) => { const answer: Answer = await ask(form); console.log("got", answer); };',
      },
      {
        path: 'page.tsx',
        text: 'type Props = { entry: { title: string; pin: string } };\nexport const Page = ({ entry }: Props) => { console.log(entry); return null; };',
      },
      { path: 'user.ts', text: 'export const f = (user) => Sentry.setUser({ id: user.id, email: user.email });' },
      {
        path: 'store.ts',
        text: 'import logger from "redux-logger";\nexport const store = configureStore({ reducer, middleware: (all) => all().concat(logger) });',
      },
      'func sent(request: URLRequest) { print("headers", request.allHTTPHeaderFields ?? [:]) }',
      { path: 'Login.m', text: '- (void)done:(NSString *)password { NSLog(@"password %@", password); }' },
      { path: 'Show.m', text: '- (void)show { NSLog(@"%@", [store objectForKey:@"phone"]); }' },
      'func show(record: NSDictionary) { if let phone = record.object(forKey: "phone") as? String { print(phone) } }',
      {
        path: 'Show.m',
        text: '@implementation Show\n- (void)show { self.finder = [CLLocationManager new]; NSLog(@"lat:%@", [store objectForKey:@"lat"]); }\n@end',
      },
    ],
    pass: [
      { path: 'a.ts', text: 'export const f = () => { console.log(tools.STORAGE_KEYS.TOKEN); console.log(StorageKeys.accessToken); };' },
      'class Ticker { func websocketDidReceiveMessage(socket: WebSocketClient, text: String) { print("came: " + text) } }',
      'class Home { let authSession = SFAuthenticationSession(url: url, callbackURLScheme: nil) { back, error in let code = (error as NSError).code; print("code: \\(code)") } }',
      'class UserData {}\nfunc load() { let userData = UserData(); print(userData) }',
      'func signIn(password: String) { guard let body = try? JSONSerialization.data(withJSONObject: ["password": password]) else { return }; print(body) }',
      'func login(request: URLRequest) { URLSession.shared.dataTask(with: request) { data, answer, error in guard let data = data else { return }; print("got \\(data)") }.resume() }',
      'struct Entry { var title: String; var page: Int }\nstruct Screen { @State private var entries: [Entry] = []\n  func show() { print("all \\(self.entries)") } }',
      'class SignIn { let flow = OAuthFlow()\n  func handleURL(url: URL) { print(url.host ?? "") } }',
      'class Router { func handleURL(url: URL) { print(url) } }',
      'class SignIn { let flow = OAuthFlow()\n  func start() { let redirectURL = URL(string: "app://back")!; print(redirectURL) } }',
      {
        path: 'login.tsx',
        text: 'export const Screen = () => { const [ask, answer, prompt] = useAuthRequest(config, places); useEffect(() => { console.log("back", answer.type); }, [answer]); };',
      },
      {
        path: 'find.tsx',
        text: 'export const Screen = () => <TextInput onChangeText={(typed) => { console.log(typed); setQuery(typed); }} />;',
      },
      { path: 'route.ts', text: 'export const f = (location) => console.log(location);' },
      {
        path: 'coin.ts',
        text: 'export const show = (token) => { console.log(token); return token.symbol + token.balance; };',
      },
      'func show(phone: Device) { print(phone) }',
      {
        path: 'Show.m',
        text: '- (void)show { NSLog(@"%@", [store objectForKey:@"phoneKind"]); NSLog(@"lat:%@", [store objectForKey:@"lat"]); }',
      },
      'func signedIn(tokenCount: Int) { print("tokens: \\(tokenCount)") }',
      'import os\nlet logger = Logger()\nfunc f(password: String) { logger.info("\\(password, privacy: .private)") }',
      'class Session { let user = ""; var accessToken = "" }\nfunc opened(session: Session) { print(session) }',
      {
        path: 'login.ts',
        text: 'export const enter = async (form) => { const res = await http.post("/login", form); console.log(res.status, res.data.theme); };',
      },
      'class Jobs { func logIn() {} \n func addFoodLog(_ email: String) {}\n func f(email: String) { self.addFoodLog(email) } }',
      'func f(passwordHash: String) { print(passwordHash) }',
      'import OSLog\nextension Logger { static let jar = Logger(subsystem: "a", category: "jar") }\nfunc f(cookie: HTTPCookie) { Logger.jar.debug("read \\(cookie.value)") }',
      'func f() { analytics.track(event: .Login.sitePasswordFailed(step: .first)) }',
      'class PushMessages { func registered(token: String) { print("registered \\(token)") } }',
      'func f(secret: String?) { precondition(secret != nil, "none"); assert(secret, "none") }',
      { path: 'login.ts', text: 'export function done(session) { console.log("signed in", session.id); }' },
      { path: 'api.ts', text: 'api.interceptors.request.use((config) => { console.log(config.url); return config; });' },
      {
        path: 'back.ts',
        text: "const redirect = 'app://oauth';\nLinking.addEventListener('url', (link) => { const url = new URL(link); console.log('opened by ' + url.host); });",
      },
      {
        path: 'me.ts',
        text: "export const me = async () => { const reply = await http.get('/me'); console.log('User data:', reply.status); console.log('no user data', reply.data); };",
      },
      {
        path: 'form.js',
        text: "const blank = { name: '', page: 1 };\nclass Form extends Component {\n  state = blank;\n  send() { const { name, page } = this.state; const body = { name, page }; console.log(body); }\n}",
      },
      {
        path: 'news.js',
        text: "const NewsService = (form) => fetch(base + '/news', { method: 'POST', body: JSON.stringify(form) });\nexport const news = (form) => NewsService(form).then((r) => r.json()).then((reply) => console.log('reply', reply));",
      },
      { path: 'track.ts', text: 'export const f = () => analytics.track(analytics.event.changedToken);' },
      {
        path: 'enter.ts',
        text: 'interface Answer { name: string; page: number }\nexport const enter = async (form) => { const answer: Answer = await ask(form); console.log("got", answer); };',
      },
      {
        path: 'page.tsx',
        text: "type Step = 'asked' | 'given';\nexport const Page = ({ password, pin }: { password: boolean; pin: Step }) => { console.log(password, pin); return null; };",
      },
      { path: 'user.ts', text: 'export const f = (user) => Sentry.setUser({ id: user.id });' },
      {
        path: 'store.ts',
        text: 'import logger from "redux-logger";\nexport const store = configureStore({ reducer, middleware: (all) => (__DEV__ ? all().concat(logger) : all()) });',
      },
    ],
  },
  dictionaries(event, context) {
    for (const { key, keyNode, value } of event.entries)
      if (key.text === 'sendDefaultPii' && value.symbol === 'true')
        context.report({
          at: here(event.scene, keyNode),
          message: 'Crash reports take names, addresses and cookies along.',
          confidence: 'medium',
          severity: 'low',
        });
  },
  check(artifacts, context) {
    for (const unit of artifacts.code) {
      const found = unit.test || !unit.source.includes('redux-logger') ? null : LOGS_STATE.exec(unit.source);
      if (found === null || /__DEV__|NODE_ENV/.test(unit.source)) continue;
      context.report({
        at: { unit, start: found.index, end: found.index + found[0].length },
        message: 'redux-logger writes the whole state to the log with each action, in released builds too.',
        confidence: 'medium',
        severity: 'medium',
      });
    }
  },
  calls: [
    {
      names: { test: mayLog },
      check(event, context) {
        if (!isLogCall(event)) return;
        const headers = event.scene.unit.language === 'script' ? event.args.find(carriesHeaders) : undefined;
        if (headers !== undefined) {
          context.report({
            at: here(event.scene, event.node),
            message: `The headers of a request go to the log, and with them the token${event.scene.debug ? ' (in debug builds, which testers carry too)' : ''}.`,
            confidence: 'medium',
          });
          return;
        }
        const unified = isUnifiedLogger(event);
        // What is asserted is looked at, not written; the text after it is.
        for (const arg of ASSERTION.test(event.name) ? event.args.slice(1) : event.args) {
          if (/^(?:to|level|category)$/.test(arg.label ?? '') || saysNoValue(arg) || showsSizeOnly(arg, event)) continue;
          const leak = unified
            ? publicInterpolation(arg)
            : (arg.known.sensitive ??
              loggedRequest(arg, event) ??
              loggedRecord(arg, event) ??
              printedObject(arg, event, context) ??
              loggedCallback(arg, event) ??
              typedText(arg, event) ??
              receivedMessage(arg, event));
          if (leak !== undefined && tell(leak, event, context)) return;
        }
        const labelled = unified || ASSERTION.test(event.name) ? undefined : labelledValue(event);
        if (labelled !== undefined) tell(labelled, event, context);
      },
    },
  ],
});

/** @returns whether the value is one nobody should read. */
function tell(leak: Sensitive, event: CallEvent, context: AuditContext): boolean {
  // A certificate is public; its name is no secret in a log.
  if (/cert/i.test(leak.name) || isPushToken(leak.name, event.scene, event.node)) return false;
  if (isCoinToken(leak.name, event.scene.unit, context)) return false;
  context.report({
    ...placeOfSecret(leak, event),
    message: `${describe(leak)} goes to the log${event.scene.debug ? ' (in debug builds, which testers carry too)' : ''}.`,
    confidence: leak.kind === 'personal' || leak.whole === true ? 'medium' : 'high',
    severity: leak.kind === 'personal' ? 'medium' : 'high',
  });
  return true;
}

const describe = (leak: { kind: string; name: string }) =>
  `“${leak.name}” is ${leak.kind === 'credential' ? 'a secret by its name and' : 'personal data by its name and'}`;

/** What a unified log message shows in clear: interpolations marked public, and numbers unless marked private. */
function publicInterpolation(arg: ArgumentValue): ArgumentValue['known']['sensitive'] {
  if (arg.value.kind !== 'string') return arg.known.sensitive;
  const shown = arg.value.parts.some((part) => typeof part !== 'string' && privacyOf(part) === 'public');
  return shown ? arg.known.sensitive : undefined;
}
