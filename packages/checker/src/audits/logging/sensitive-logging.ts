import { type AuditContext, defineAudit } from '../../audit.ts';
import { Declarations } from '../../flow/declarations.ts';
import type { ArgumentValue, CallEvent } from '../../flow/events.ts';
import { lastName, pathOf } from '../../flow/paths.ts';
import { isPushToken } from '../../flow/push-token.ts';
import { secretOfType } from '../../flow/secret-type.ts';
import { words } from '../../flow/sensitive-name.ts';
import type { Sensitive } from '../../flow/value.ts';
import type { Expression } from '../../syntax/tree.ts';
import { here } from '../event-place.ts';
import { placeOfSecret } from '../place-of-secret.ts';

/** Functions that write to a log, a console or a crash report, whoever declared them. */
const LOG_FUNCTIONS = new Set(
  'print debugPrint dump NSLog NSLogv os_log os_log_with_type printf fprintf dprintf vprintf vfprintf puts fputs NSLogPageSize CLSLog CLSNSLog DDLogDebug DDLogInfo DDLogWarn DDLogError DDLogVerbose assert assertionFailure precondition preconditionFailure fatalError NSAssert NSException raise syslog vsyslog perror RCTLog RCTLogInfo RCTLogWarn RCTLogError logEvent recordError captureMessage capture addBreadcrumb setCustomValue leaveBreadcrumb os_signpost track setUserProperty'.split(
    ' ',
  ),
);
const LEVELS =
  /^(?:[vdiwef]|log|trace|verbose|debug|info|notice|warn|warning|error|critical|fault|fatal|emergency|alert|group|table|dir|assert|count|timeLog|msg|write|print|record|report|breadcrumb|log(?:[A-Z_]\w*)?)$/;
const LOGGER =
  /(?:^|\b)(?:log|logs|logger|logging|console|os ?log|diag|tracer|swift ?y? ?beaver|crashlytics|dd ?log|sentry|bugsnag|analytics|mixpanel|amplitude|posthog|winston|pino|bunyan|log ?file|log ?manager|reactotron|rollbar|datadog|newrelic)\b/;
/** Own functions and macros that log by their name: `logMessage`, `DLog`, `writeLog`, `LOG_DEBUG`; not login, logic, or a log of meals. */
const OWN_LOG =
  /^(?:(?:[a-z]{1,3}|debug|info|error|trace|console|write|append|print|send|my|safe|custom|secure|swift) )?log(?:ger)?$|^(?:[a-z]{1,3} )?log (?!(?:in|out|on|off|view|file|level|entry|entries)$)\w+(?: \w+)*$/;
/** os.Logger keeps interpolations private unless told otherwise, so only what is marked public leaks. */
const UNIFIED_LEVELS = new Set('log trace debug info notice warning error critical fault'.split(' '));

/** The import that switches state logging on. */
const LOGS_STATE = /^.*(?:from|require\()\s*['"]redux-logger['"].*$/m;
/** Crash reporters keep what they are told of the user. */
const REPORTER_FACTS = /^(?:setUser|setExtras?|setContext|setTags?|setAttributes?|setUserEmail)$/;

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
      {
        path: 'login.ts',
        text: 'export const enter = (form) => fetch(base + "/login", { method: "POST", body: form }).then((r) => r.json()).then((answer) => console.log(answer));',
      },
      { path: 'api.ts', text: 'api.interceptors.request.use((config) => { console.log(config.url, config.headers); return config; });' },
      { path: 'api.ts', text: 'api.interceptors.request.use((config) => { console.log(JSON.stringify(config)); return config; });' },
      { path: 'user.ts', text: 'export const f = (user) => Sentry.setUser({ id: user.id, email: user.email });' },
      {
        path: 'store.ts',
        text: 'import logger from "redux-logger";\nexport const store = configureStore({ reducer, middleware: (all) => all().concat(logger) });',
      },
      'func sent(request: URLRequest) { print("headers", request.allHTTPHeaderFields ?? [:]) }',
      { path: 'Login.m', text: '- (void)done:(NSString *)password { NSLog(@"password %@", password); }' },
    ],
    pass: [
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
      { path: 'track.ts', text: 'export const f = () => analytics.track(analytics.event.changedToken);' },
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
      names: ['*'],
      check(event, context) {
        if (!isLogCall(event)) return;
        const headers = event.scene.unit.language === 'script' ? event.args.find((arg) => carriesHeaders(arg, event)) : undefined;
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
          if (arg.label === 'to' || arg.label === 'level' || arg.label === 'category' || namesEvent(arg)) continue;
          const leak = unified ? publicInterpolation(arg) : (arg.known.sensitive ?? headersIn(arg, event) ?? printed(arg, context));
          // A certificate is public; its name is no secret in a log.
          if (leak === undefined || /cert/i.test(leak.name) || isPushToken(leak.name, event.scene, event.node)) continue;
          context.report({
            ...placeOfSecret(leak, event),
            message: `${describe(leak)} goes to the log${event.scene.debug ? ' (in debug builds, which testers carry too)' : ''}.`,
            confidence: leak.kind === 'personal' || leak.whole === true ? 'medium' : 'high',
            severity: leak.kind === 'personal' ? 'medium' : 'high',
          });
          return;
        }
      },
    },
  ],
});

const ASSERTION = /^(?:assert|precondition|NSAssert)$/;

const describe = (leak: { kind: string; name: string }) =>
  `“${leak.name}” is ${leak.kind === 'credential' ? 'a secret by its name and' : 'personal data by its name and'}`;

/** Asked of nearly every call of an app, by few distinct names. */
function logsByName(name: string): boolean {
  let known = ownLogs.get(name);
  if (known === undefined) {
    known = /log/i.test(name) && OWN_LOG.test(words(name));
    if (ownLogs.size > MAX_NAMES) ownLogs.clear();
    ownLogs.set(name, known);
  }
  return known;
}
const ownLogs = new Map<string, boolean>();
/** More distinct names than a very large app calls. */
const MAX_NAMES = 100_000;

function isLogCall(event: CallEvent): boolean {
  const { name, receiverNode } = event;
  // `assert(credential: …)` is a function of the project's own.
  if (ASSERTION.test(name) && event.args[0]?.label !== undefined) return false;
  if (LOG_FUNCTIONS.has(name))
    return receiverNode === undefined ||
      /^(?:raise|logEvent|recordError|captureMessage|addBreadcrumb|leaveBreadcrumb|setCustomValue|fatalError|setUserProperty)$/.test(
        name,
      ) ||
      isLogger(event) ||
      /^Swift$/.test(event.path.split('.')[0] ?? '')
      ? !printsElsewhere(event)
      : false;
  if (name === 'write') return /^FileHandle\.standard(?:Error|Output)\.write$/.test(event.path);
  if (receiverNode === undefined || (receiverNode.kind === 'name' && /^(?:self|this)$/.test(receiverNode.text))) return logsByName(name);
  if (REPORTER_FACTS.test(name)) return /sentry|bugsnag|crashlytics|rollbar|datadog/i.test(event.path);
  return LEVELS.test(name) && isLogger(event);
}

/** `console.log(config.headers)`, and in an interceptor `console.log(config)`. */
function carriesHeaders(arg: ArgumentValue, event: CallEvent): boolean {
  const { value } = arg;
  const inner = value.kind === 'call' && lastName(value) === 'stringify' ? (value.args[0]?.value ?? value) : value;
  const path = pathOf(inner);
  if (/(?:^|\.)(?:config|request|req|options|originalRequest|requestConfig)\.headers(?:\.common)?$|^(?:e|err|error)\.config$/.test(path))
    return true;
  if (!/^(?:config|request|req)$/.test(path)) return false;
  const before = event.scene.unit.source.slice(Math.max(0, event.node.start - 400), event.node.start);
  return /interceptors\.request\.use\((?:(?!interceptors).)*$/s.test(before);
}

/** `track(analytics.event.tokenList)`, `track(event: .Login.passwordFailed(step: 1))`: what happened, by a name the program chose. */
const namesEvent = ({ label, value }: ArgumentValue): boolean =>
  (value.kind === 'member' && /(?:^|\.)\w*[eE]vents?(?:Names?)?\.\w+$/.test(pathOf(value))) ||
  (label === 'event' && value.kind === 'call' && value.callee.kind === 'member');

/** `print(x, to: &text)` prints into a variable. */
const printsElsewhere = (event: CallEvent): boolean => event.args.some((arg) => arg.label === 'to');

function isLogger(event: CallEvent): boolean {
  const path = event.path.slice(0, -event.name.length - 1);
  const last = path.split('.').at(-1) ?? '';
  return (
    LOGGER.test(words(last.replace('()', ''))) ||
    LOGGER.test(words(path.split('.')[0] ?? '')) ||
    (event.receiver?.type !== undefined && LOGGER.test(words(event.receiver.type)))
  );
}

function isUnifiedLogger(event: CallEvent): boolean {
  if (!UNIFIED_LEVELS.has(event.name) || event.scene.unit.language !== 'swift') return false;
  return event.receiver?.type === 'Logger' || event.receiver?.type === 'os.Logger' || hasPrivacy(event) || isSharedLogger(event);
}

/** `Logger.network.info(…)`: loggers people hang on the system's Logger as static members. */
const isSharedLogger = (event: CallEvent): boolean =>
  /^Logger\.\w+\.\w+$/.test(event.path) && /^\s*import (?:os(?:\.log)?|OSLog)\s*$/m.test(event.scene.unit.source);

const hasPrivacy = (event: CallEvent): boolean =>
  event.args.some(
    (arg) => arg.value.kind === 'string' && arg.value.parts.some((part) => typeof part !== 'string' && privacyOf(part) !== undefined),
  );

function privacyOf(part: Expression): string | undefined {
  if (part.kind !== 'call') return undefined;
  const privacy = part.args.find((arg) => arg.label === 'privacy')?.value;
  return privacy?.kind === 'member'
    ? privacy.name
    : privacy?.kind === 'call' && privacy.callee.kind === 'member'
      ? privacy.callee.name
      : undefined;
}

/** What a unified log message shows in clear: interpolations marked public, and numbers unless marked private. */
function publicInterpolation(arg: ArgumentValue): ArgumentValue['known']['sensitive'] {
  if (arg.value.kind !== 'string') return arg.known.sensitive;
  const shown = arg.value.parts.some((part) => typeof part !== 'string' && privacyOf(part) === 'public');
  return shown ? arg.known.sensitive : undefined;
}

/** All headers of a request, the Authorization among them. */
function headersIn(arg: ArgumentValue, event: CallEvent): Sensitive | undefined {
  const text = event.scene.unit.source.slice(arg.start, arg.end);
  const name = /\b(?:allHTTPHeaderFields|allHeaderFields|httpAdditionalHeaders)\b(?!\s*\??\[|\s*\??\.count)/i.exec(text)?.[0];
  return name === undefined ? undefined : { kind: 'credential', name, whole: true };
}

/** Printing a Swift structure prints what it stores; of a class, only its name. */
function printed(arg: ArgumentValue, context: AuditContext): Sensitive | undefined {
  const { type } = arg.known;
  if (type === undefined || arg.known.guarded === true || !/^(?:name|member)$/.test(arg.value.kind)) return undefined;
  const facts = context.artifacts.project.types.get(type);
  const unit = facts === undefined ? undefined : [...facts.properties.values()][0]?.unit;
  if (unit?.language !== 'swift' || facts?.properties.has('description') === true || !new RegExp(`\\bstruct ${type}\\b`).test(unit.source))
    return undefined;
  return secretOfType(type, new Declarations(context.artifacts.project));
}
