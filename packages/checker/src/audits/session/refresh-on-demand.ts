import type { AuditContext } from '../../audit.ts';
import type { FunctionEvent, Scene } from '../../flow/events.ts';
import type { Expression } from '../../syntax/tree.ts';
import { here } from '../event-place.ts';
import { handlerBody } from '../handler-body.ts';
import { mentions } from '../mentions.ts';

/** What keeps a second caller waiting for the first one's refresh. */
export const COORDINATED =
  /\bactor\b|Task<|inFlight|inflight|refreshTask|refreshPromise|isRefreshing|refreshing|NSLock|os_unfair|Mutex|mutex|semaphore|DispatchSemaphore|\.sync\b|serialQueue|OSAllocatedUnfairLock|AsyncStream|share\(|pendingRequests|waiters|await lock|withLock|AuthenticationInterceptor|singleFlight|dedupe|failedQueue|requestQueue|subscribers|pendingRefresh|refreshing\w*|\?\?=\s*\w*[rR]e(?:fresh|new)/;
/** A refresh: a function or mutation called after it, or an address that says so. */
const RENEWAL = /\b\w*(?:[rR]efresh|[rR]enew)\w*(?:\.mutate(?:Async)?)?\s*\(|["'`/][\w/-]*refresh[\w/-]*["'`]|refresh_token/;
/** Reads or keeps the token that refreshes, and asks nobody. */
const KEEPS = /^(?:get|read|load|set|save|store|has|is|remove|clear|delete|use)(?=[A-Z_])/;
const RENEWS = /[rR]efresh|[rR]enew/;
const EXPIRY = /\bexpir\w*|\.exp\b|jwt_?decode|isTokenValid/i;
/** How an answer says that the token is no longer good. */
const REFUSED = /\.status(?:Code)?\s*={2,3}\s*401\b|\b401\s*={2,3}|UNAUTHENTICATED|jwt expired/;
/** The same in native code, where some servers say it with 403. */
const REFUSED_STATUS = /\bstatusCode\s*==\s*40[13]\b|\b40[13]\s*==|case 40[13]\b/;
const SENDS = /^(?:data|dataTask|upload|request|send|perform|execute|fetch)$/;
/** What native code asks of a token before it is used. */
const TOKEN_EXPIRED =
  /\b(?:is|has)?(?:Token|AccessToken|Session|Credentials?)?(?:Expired|Expiring)\b|\bneeds?(?:Token)?Refresh\b|\bexpir\w*\s*(?:<|>)/;

/** An axios interceptor that looks at the token before each request, and refreshes it there. */
export function reportRefreshingInterceptor(scene: Scene, handler: Expression, context: AuditContext): void {
  const body = handlerBody(scene, handler);
  const text = scene.unit.source.slice(body.start, body.end);
  if (EXPIRY.test(text) && /\bawait\b|\.then\(/.test(text))
    reportRenewal(scene, body.start, text, 'Every request that meets an old token', context);
}

/** Apollo's link for errors, which sends the operation on after a refresh of its own. */
export function reportRefreshingLink(scene: Scene, handler: Expression, context: AuditContext): void {
  const body = handlerBody(scene, handler);
  const text = scene.unit.source.slice(body.start, body.end);
  if (/\bforward\(/.test(text) && /UNAUTHENTICATED|\b401\b|jwt expired/.test(text))
    reportRenewal(scene, body.start, text, 'Every operation that is refused', context);
}

/** `let answer = await fetch(…); if (answer.status === 401) { await refresh(); answer = await fetch(…) }`, and what asks for the expiry first. */
export function reportRefreshOnDemand(event: FunctionEvent, context: AuditContext): void {
  const { scene, node } = event;
  if (!mentions(scene.unit, RENEWS)) return;
  const text = event.text();
  if (scene.unit.language === 'script') {
    if (mentions(scene.unit, REFUSED) && REFUSED.test(text) && repeats(event))
      reportRenewal(scene, node.start, text, 'Every request that is refused', context);
    return;
  }
  const expired = mentions(scene.unit, TOKEN_EXPIRED) && TOKEN_EXPIRED.test(text);
  const refused = !expired && mentions(scene.unit, REFUSED_STATUS) && REFUSED_STATUS.test(text) && sendsTwice(event);
  if (!(expired || refused) || !/token|credential/i.test(text)) return;
  const renewal = event.calls.find(
    (call) =>
      /^(?:refresh|renew)/i.test(call.name) && call.name !== node.name && /token|credential|\bauth/i.test(spelled(event, call.node)),
  );
  const waits =
    renewal !== undefined &&
    /\bawait\s+[\w.?!]*$|=\s*try[?!]?\s*$/.test(scene.unit.source.slice(renewal.node.start - 40, renewal.node.start));
  if (renewal === undefined || !waits || isCoordinated(scene, spelled(event, renewal.node), context)) return;
  context.report({
    at: here(scene, renewal.node),
    message: 'Every caller that meets an old token starts a refresh of its own.',
    confidence: 'medium',
  });
}

/** A request, and the same call again for its repetition. */
function sendsTwice({ calls }: FunctionEvent): boolean {
  const sent = calls.filter(({ name }) => SENDS.test(name)).map(({ path }) => path);
  return new Set(sent).size < sent.length;
}

const spelled = ({ scene }: FunctionEvent, node: { start: number; end: number }): string => scene.unit.source.slice(node.start, node.end);

/** Whether the same request is made twice: the same function is given the same first argument. */
function repeats(event: FunctionEvent): boolean {
  const seen = new Set<string>();
  return event.calls.some(({ path, args }) => {
    const [first] = args;
    if (first === undefined || !/fetch|query|request|axios|send|call|ky\b/i.test(path)) return false;
    const key = `${path}(${spelled(event, first)}`;
    if (seen.has(key)) return true;
    seen.add(key);
    return false;
  });
}

/** Where a text refreshes: itself or, one call further, in a function of its file that it waits for; and the text that says so. */
export function renewalIn({ unit }: Scene, text: string, { artifacts }: AuditContext): { at: RegExpExecArray; text: string } | undefined {
  const written = RENEWAL.exec(text);
  if (written !== null) {
    const asked = [...text.matchAll(new RegExp(RENEWAL, 'g'))].find(([spelled]) => !KEEPS.test(spelled));
    return { at: asked ?? written, text };
  }
  for (const call of text.matchAll(/\bawait\s+(\w+)\s*\(/g)) {
    const own = artifacts.project.functions.get(call[1] as string)?.find((item) => item.unit === unit)?.declare;
    const body = own === undefined ? '' : unit.source.slice(own.start, own.end);
    if (RENEWAL.test(body)) return { at: call, text: body };
  }
  return undefined;
}

function reportRenewal(scene: Scene, start: number, text: string, who: string, context: AuditContext): void {
  const renewal = RENEWAL.exec(text);
  if (renewal === null || isCoordinated(scene, text, context)) return;
  context.report({
    at: { unit: scene.unit, start: start + renewal.index, end: start + renewal.index + renewal[0].length },
    message: `${who} starts a refresh of its own.`,
    confidence: 'medium',
  });
}

/** Whether the file, or that of a function the text calls to refresh, keeps one refresh in flight. */
export function isCoordinated(scene: Scene, text: string, { artifacts }: AuditContext): boolean {
  if (mentions(scene.unit, COORDINATED)) return true;
  const names = [...text.matchAll(/\b(\w*(?:[rR]efresh|[rR]enew)\w*)\s*\(/g)].map((match) => match[1] as string);
  return names.some((name) =>
    (artifacts.project.functions.get(name) ?? []).slice(0, MAX_DECLARATIONS).some((item) => mentions(item.unit, COORDINATED)),
  );
}
/** A name declared more often is too common to tell whose it is. */
const MAX_DECLARATIONS = 3;
