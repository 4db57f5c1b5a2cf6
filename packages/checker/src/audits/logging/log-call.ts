import type { CallEvent } from '../../flow/events.ts';
import { onceAName } from '../../flow/once-a-name.ts';
import { words } from '../../flow/sensitive-name.ts';
import type { Expression } from '../../syntax/tree.ts';

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
  /^(?:(?:[a-z]{1,3}|debug|info|error|trace|console|write|append|print|send|my|safe|custom|secure|swift|app|dev) )?log(?:ger)?$|^(?:[adeivwxzu]|ns)log$|^(?:[a-z]{1,3} )?log (?!(?:in|out|on|off|view|file|level|entry|entries)$)\w+(?: \w+)*$/;
/** The same with a word that leaves no doubt, whatever stands before it and whoever owns it: `ABCDLogVerbose`, `Tools.printLog`. */
const CERTAIN_LOG =
  /^(?:\w+ )?log (?:verbose|debug|info|notice|warn|warning|error|trace|fatal|critical|message|msg)$|^(?:debug|print|console|trace|write|dev) log$|^[dpv]?print(?:ln)?$|^(?:debug|dev|safe|my|custom|pretty|console|app|log) print(?: ln)?$|^print (?:log|debug|message|msg|line|json|if debug|in debug)$/;
/** A macro of a project: its initials before `LOG`. A dialog is none. */
const MACRO = /^(?!DIALOG|BLOG)[A-Z]{1,5}_?LOG$/;
/** os.Logger keeps interpolations private unless told otherwise, so only what is marked public leaks. */
const UNIFIED_LEVELS = new Set('log trace debug info notice warning error critical fault'.split(' '));

/** Crash reporters keep what they are told of the user. */
const REPORTER_FACTS = /^(?:setUser|setExtras?|setContext|setTags?|setAttributes?|setUserEmail)$/;

/** What is asserted is looked at, not written; the text after it is. */
export const ASSERTION = /^(?:assert|precondition|NSAssert)$/;

/** What a name says of a log by itself. */
const ownLog = onceAName((name): 'certain' | 'own' | 'none' => {
  if (!/log|print/i.test(name)) return 'none';
  const spoken = words(name);
  return CERTAIN_LOG.test(spoken) ? 'certain' : OWN_LOG.test(spoken) || MACRO.test(name) ? 'own' : 'none';
});

/** Whether a call of this name writes to a log, if it is called on what does. */
export const mayLog = (name: string): boolean =>
  LOG_FUNCTIONS.has(name) || name === 'write' || LEVELS.test(name) || REPORTER_FACTS.test(name) || ownLog(name) !== 'none';

/** Whether a call writes its arguments to a log, a console or a crash report, by its name and by what it is called on. */
export function isLogCall(event: CallEvent): boolean {
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
  const own = ownLog(name);
  if (receiverNode === undefined || (receiverNode.kind === 'name' && /^(?:self|this)$/.test(receiverNode.text))) return own !== 'none';
  // `Tools.printLog(…)`: the type it belongs to says nothing, its name does.
  if (own === 'certain' && receiverNode.kind === 'name' && /^[A-Z]/.test(receiverNode.text)) return true;
  if (REPORTER_FACTS.test(name)) return /sentry|bugsnag|crashlytics|rollbar|datadog/i.test(event.path);
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

/** Whether a call is one of the unified log's, which hides interpolations unless told otherwise. */
export function isUnifiedLogger(event: CallEvent): boolean {
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

/** What an interpolation of the unified log says of its privacy. */
export function privacyOf(part: Expression): string | undefined {
  if (part.kind !== 'call') return undefined;
  const privacy = part.args.find((arg) => arg.label === 'privacy')?.value;
  return privacy?.kind === 'member'
    ? privacy.name
    : privacy?.kind === 'call' && privacy.callee.kind === 'member'
      ? privacy.callee.name
      : undefined;
}
