import type { AuditContext } from '../../audit.ts';
import type { CallEvent, FunctionEvent } from '../../flow/events.ts';
import { lastName, pathOf } from '../../flow/paths.ts';
import type { Expression } from '../../syntax/tree.ts';
import { here } from '../event-place.ts';
import { mentions } from '../mentions.ts';

const REFRESH_TOKEN = /refresh_?token/i;
const RENEWS = /^(?:refresh|renew)/i;
/** Puts away what it is given. */
const KEEPS = /^(?:save|store|set|update|persist|write)/;
/** The old one stays when there is no new one. */
const FALLS_BACK = /refresh\w*\s*(?:\?\?|!=\s*nil)/i;
/** The same in a function that is given the tokens. */
const UNWRAPS = /\b(?:if|guard)\s+let\s+\w*refresh/i;

/**
 * A function that renews and stores the answer's refresh token even where there is none: the server need not give a new one, and the
 * old one stays in force then (RFC 6749 §6).
 */
export function reportWipedRotation(event: FunctionEvent, context: AuditContext): void {
  if (event.scene.unit.language !== 'swift' || !mentions(event.scene.unit, REFRESH_TOKEN)) return;
  const text = event.text();
  // AppAuth's answers are optional throughout.
  const appAuth = text.includes('OIDTokenRequest') && text.includes('OIDGrantTypeRefreshToken');
  if (!(appAuth || RENEWS.test(event.node.name)) || FALLS_BACK.test(text)) return;
  const keeping = event.calls.filter(({ name }) => KEEPS.test(name));
  if (keeping.some((call) => mergesItself(call, context))) return;
  const isNew = (value: Expression): boolean => isOptionalToken(value, event, context, appAuth);
  const stored = event.assigns.find(({ declared, valueNode }) => !declared && valueNode !== undefined && isNew(valueNode));
  // `store.set(Tokens(access: …, refresh: answer?.refreshToken))`, or the record first and then the store.
  const given = event.calls.find(
    (call) => (KEEPS.test(call.name) || (keeping.length > 0 && /^[A-Z]/.test(call.name))) && call.args.some(({ value }) => isNew(value)),
  );
  const place = stored ?? given;
  if (place !== undefined)
    context.report({
      at: here(event.scene, place.node),
      message: 'An answer without a new refresh token, which servers may give, replaces the old one with nothing.',
      confidence: 'medium',
    });
}

/** Whether the project's own function that stores looks after the old token itself. */
const mergesItself = (call: CallEvent, { artifacts }: AuditContext): boolean =>
  (artifacts.project.functions.get(call.name) ?? []).some(({ declare, unit }) => {
    const text = unit.source.slice(declare.start, declare.end);
    return FALLS_BACK.test(text) || UNWRAPS.test(text);
  });

/** `answer?.refreshToken` of AppAuth, or of a type of the project that declares it optional. */
function isOptionalToken(value: Expression, event: FunctionEvent, { artifacts }: AuditContext, appAuth: boolean): boolean {
  const last = value.kind === 'member' ? (lastName(value) ?? '') : '';
  if (value.kind !== 'member' || value.object === undefined || !/^refresh_?token$/i.test(last)) return false;
  const answer = pathOf(value.object).replaceAll(/[?!]/g, '');
  if (appAuth) return /response|answer|result|reply/i.test(answer);
  const type = event.assigns.find(({ name, declared }) => declared && name === answer)?.value.type;
  const property = type === undefined ? undefined : artifacts.project.types.get(type)?.properties.get(last);
  return property?.declare.type?.endsWith('?') === true;
}
