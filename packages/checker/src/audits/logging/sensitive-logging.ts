import { defineAudit } from '../../audit.ts';
import type { ArgumentValue, CallEvent } from '../../flow/events.ts';
import { words } from '../../flow/sensitive-name.ts';
import type { Expression } from '../../syntax/tree.ts';

/** Functions that write to a log, a console or a crash report, whoever declared them. */
const LOG_FUNCTIONS = new Set(
  'print debugPrint dump NSLog NSLogv os_log os_log_with_type printf fprintf dprintf vprintf vfprintf puts fputs NSLogPageSize CLSLog CLSNSLog DDLogDebug DDLogInfo DDLogWarn DDLogError DDLogVerbose assert assertionFailure precondition preconditionFailure fatalError NSAssert NSException raise syslog vsyslog perror RCTLog RCTLogInfo RCTLogWarn RCTLogError logEvent recordError captureMessage capture addBreadcrumb setCustomValue leaveBreadcrumb os_signpost track setUserProperty'.split(
    ' ',
  ),
);
const LEVELS =
  /^(?:log|trace|verbose|debug|info|notice|warn|warning|error|critical|fault|fatal|emergency|alert|group|table|dir|assert|count|timeLog|msg|write|print|record|report|breadcrumb|log(?:[A-Z_]\w*)?)$/;
const LOGGER =
  /(?:^|\b)(?:log|logs|logger|logging|console|os ?log|diag|tracer|swift ?y? ?beaver|crashlytics|dd ?log|sentry|bugsnag|analytics|mixpanel|amplitude|posthog|winston|pino|bunyan|log ?file|log ?manager|reactotron|rollbar|datadog|newrelic)\b/;
/** Own functions called logSomething: they log, unless the word goes on as login, logout, logic, logarithm. */
const OWN_LOG = /^(?:log|nslog|debuglog|ns ?log)(?:[A-Z_]\w*)?$|^(?:debug|dev|my|safe|custom|app)Log(?:ger)?$/;
/** os.Logger keeps interpolations private unless told otherwise, so only what is marked public leaks. */
const UNIFIED_LEVELS = new Set('log trace debug info notice warning error critical fault'.split(' '));

export const sensitiveLogging = defineAudit({
  id: 'sensitive-logging',
  area: 'logging',
  title: 'No secret and no personal data is logged',
  failingTitle: 'Secrets or personal data are written to the log',
  severity: 'high',
  references: {
    checklist: 'No sensitive logging, debug builds included',
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
  },
  needs: ['code'],
  samples: {
    fail: [
      'func signedIn(accessToken: String) { print("token is \\(accessToken)") }',
      'func show(user: User) {\n  let line = "mail: " + user.emailAddress\n  NSLog("%@", line)\n}',
      'import os\nlet logger = Logger()\nfunc f(password: String) { logger.info("\\(password, privacy: .public)") }',
      { path: 'login.ts', text: 'export function done(session) { console.log("signed in", session.refreshToken); }' },
      { path: 'Login.m', text: '- (void)done:(NSString *)password { NSLog(@"password %@", password); }' },
    ],
    pass: [
      'func signedIn(tokenCount: Int) { print("tokens: \\(tokenCount)") }',
      'import os\nlet logger = Logger()\nfunc f(password: String) { logger.info("\\(password, privacy: .private)") }',
      'func f(passwordHash: String) { print(passwordHash) }',
      { path: 'login.ts', text: 'export function done(session) { console.log("signed in", session.id); }' },
    ],
  },
  calls: [
    {
      names: ['*'],
      check(event, context) {
        if (!isLogCall(event)) return;
        const unified = isUnifiedLogger(event);
        for (const arg of event.args) {
          if (arg.label === 'to' || arg.label === 'level' || arg.label === 'category') continue;
          const leak = unified ? publicInterpolation(arg) : arg.known.sensitive;
          // A certificate is public; its name is no secret in a log.
          if (leak === undefined || /cert/i.test(leak.name)) continue;
          context.report({
            at: { unit: event.scene.unit, start: event.node.start, end: event.node.end },
            message: `${describe(leak)} goes to the log${event.scene.debug ? ' (in debug builds, which testers carry too)' : ''}.`,
            confidence: leak.kind === 'personal' ? 'medium' : 'high',
            severity: leak.kind === 'personal' ? 'medium' : 'high',
          });
          return;
        }
      },
    },
  ],
});

const describe = (leak: { kind: string; name: string }) =>
  `“${leak.name}” is ${leak.kind === 'credential' ? 'a secret by its name and' : 'personal data by its name and'}`;

function isLogCall(event: CallEvent): boolean {
  const { name, receiverNode } = event;
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
  if (receiverNode === undefined) return OWN_LOG.test(name);
  return LEVELS.test(name) && isLogger(event);
}

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
  return event.receiver?.type === 'Logger' || event.receiver?.type === 'os.Logger' || hasPrivacy(event);
}

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
