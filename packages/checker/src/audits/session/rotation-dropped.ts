import type { AuditContext } from '../../audit.ts';
import type { FunctionEvent } from '../../flow/events.ts';
import { pathOf } from '../../flow/paths.ts';
import type { Expression } from '../../syntax/tree.ts';
import { here } from '../event-place.ts';
import { mentions } from '../mentions.ts';

const DROPPED = 'The new access token is kept and the rotated refresh token is not.';
/** What asks for new tokens, by a name or by the grant it sends. */
const RENEWS = /grant_type["']?\s*[:=,]\s*["']?refresh_token|\.(?:refresh|renew)\w*\(/i;
const KEEPS = /^(?:save|store|set|setItem|setItemAsync|update|persist|write)/;
const ACCESS_TOKEN = /\.access|access_?[tT]oken/;
/** An answer's member that holds the access token. */
const ACCESS = /^(?:self\.|this\.)?(\w+)\.(?:\w+\.)*access(?:_?token)?$/i;

/** A function that asks for new tokens and keeps the access token of the answer only. */
export function reportDroppedRotation(event: FunctionEvent, context: AuditContext): void {
  if (!mentions(event.scene.unit, ACCESS_TOKEN)) return;
  const text = event.text();
  if (!(/refresh|renew/i.test(`${event.node.name} ${event.scene.type ?? ''}`) || RENEWS.test(text))) return;
  const kept: { readonly value: Expression; readonly node: { readonly start: number; readonly end: number } }[] = [
    ...event.assigns.flatMap(({ declared, valueNode, node }) => (declared || valueNode === undefined ? [] : [{ value: valueNode, node }])),
    ...event.calls.flatMap((call) => (KEEPS.test(call.name) ? call.args.map(({ value }) => ({ value, node: call.node })) : [])),
  ];
  for (const { value, node } of kept) {
    const path = spelledPath(value);
    const from = event.assigns.find(({ declared, name }) => declared && name === path)?.valueNode;
    const answer = ACCESS.exec(path)?.[1] ?? (from === undefined ? undefined : ACCESS.exec(spelledPath(from))?.[1]);
    const alone = answer === undefined && TAKEN_ALONE.test(text) && /^\w*access_?token$/i.test(path);
    if (!alone && (answer === undefined || keepsAll(answer, text) || neverRotates(answer, event, context))) continue;
    context.report({ at: here(event.scene, node), message: DROPPED, confidence: 'medium' });
    return;
  }
}

const spelledPath = (value: Expression): string => pathOf(value).replaceAll(/[?!]/g, '');
/** `const { accessToken } = await …`, with nothing of a refresh token beside it. */
const TAKEN_ALONE = /\{(?![^{}]*refresh)[^{}]*\baccess_?token\b[^{}]*\}\s*=/i;

/** Whether the refresh token of the answer is read, or the answer handed on whole. */
const keepsAll = (answer: string, text: string): boolean =>
  new RegExp(
    `\\b${answer}\\b[\\w.?!]*refresh|(?:[(,:=]|\\breturn)\\s*${answer}\\s*(?:[),;}\\n]|$)|\\{[^}]*refresh\\w*[^}]*\\}\\s*=`,
    'i',
  ).test(text);

/** Whether the answer's type is declared in the project without a refresh token: its server gives none. */
function neverRotates(answer: string, event: FunctionEvent, { artifacts }: AuditContext): boolean {
  const type = event.assigns.find(({ name, declared }) => declared && name === answer)?.value.type;
  const properties = type === undefined ? undefined : artifacts.project.types.get(type)?.properties;
  return properties !== undefined && properties.size > 0 && ![...properties.keys()].some((name) => /refresh/i.test(name));
}
