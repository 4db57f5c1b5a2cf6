import { redactText } from '@sallyport/protocol';

export interface AlertText {
  /** What the alert says, short, secrets masked. */
  readonly summary: string;
  /** Whether it says that something is over: no alarm. */
  readonly over: boolean;
}

/** Where Alertmanager, PagerDuty, Opsgenie, Grafana, Slack and Teams forms keep the words a person reads. */
const WORDS = ['alertname', 'summary', 'title', 'text', 'message', 'description'];
const MAX_SUMMARY = 160;
/** Alertmanager's deepest word is at 3 (`alerts[0].labels.alertname` counts the list). */
const MAX_DEPTH = 4;

/** Reads a webhook's body, whatever its form. @example describeAlert('{"alerts":[{"labels":{"alertname":"BruteForce"}}]}').summary // 'BruteForce' */
export function describeAlert(body: string): AlertText {
  const parsed = parse(body);
  const found = typeof parsed === 'object' && parsed !== null ? collectWords(parsed, 0) : [];
  const text = found.length > 0 ? [...new Set(found)].slice(0, 3).join(' · ') : body.trim() === '' ? 'an empty body' : body.trim();
  const { status, event_action: action } = (parsed ?? {}) as { status?: unknown; event_action?: unknown };
  return {
    summary: redactText(text).slice(0, MAX_SUMMARY),
    over: status === 'resolved' || action === 'resolve' || action === 'acknowledge',
  };
}

function collectWords(value: object, depth: number): string[] {
  const entries = Object.entries(value);
  const own = entries.flatMap(([name, member]) =>
    typeof member === 'string' && WORDS.includes(name.toLowerCase()) ? [member.trim()] : [],
  );
  if (depth === MAX_DEPTH) return own;
  return [
    ...own,
    ...entries.flatMap(([, member]) => (typeof member === 'object' && member !== null ? collectWords(member, depth + 1) : [])),
  ].filter((text) => text !== '');
}

function parse(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}
