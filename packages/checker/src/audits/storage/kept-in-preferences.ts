import type { AuditContext } from '../../audit.ts';
import type { CallEvent } from '../../flow/events.ts';
import { isPushToken } from '../../flow/push-token.ts';
import type { Value } from '../../flow/value.ts';
import { here } from '../event-place.ts';
import { sensitiveKey } from './session-name.ts';

/** Plain stores of settings, by what they are called on. */
export const PREFERENCES =
  /^Defaults(?=[.[]|$)|UserDefaults|DefaultPreference|SharedGroupPreferences|NSUserDefaults|standardUserDefaults|NSUbiquitousKeyValueStore|AsyncStorage|localStorage|sessionStorage|MMKV|(?:^|\.)_?(?:(?:user|shared|app|group|suite)[dD]efaults?|defaults)$|SharedPreferences|\$?[cC]ookies?(?:Store)?$|\$(?:cache|template)\w*|\bres(?:ponse)?$/;

/** What is said of a value that is kept there. */
export const say = (value: Value, path: string) => `“${value.sensitive?.name}” is kept in ${short(path)}, a plain file.`;
/** The part of a path that names the store. */
export const short = (path: string) => PREFERENCES.exec(path)?.[0] ?? 'preferences';
/** How sure it is that the value is a secret by itself. */
export const confidence = (value: Value) => (value.sensitive?.kind === 'credential' && value.sensitive.whole !== true ? 'high' : 'medium');

/** Cookies and caches of a web runtime: readable by every script of the page, written to disk. */
export function checkCookie(event: CallEvent, context: AuditContext): void {
  const value = event.args[1]?.known;
  if (
    event.scene.unit.language !== 'script' ||
    value?.sensitive === undefined ||
    value.guarded === true ||
    !/cookie|cache|res\b|response|storage/i.test(event.path)
  )
    return;
  context.report({
    at: here(event.scene, event.node),
    message: say(value, event.path),
    confidence: confidence(value),
  });
}

/** `multiSet([['userToken', answer], …])`: each pair has its own key. */
export function checkPairs(event: CallEvent, context: AuditContext): boolean {
  for (const { items } of event.args[0]?.known.items ?? []) {
    const [key, value] = items ?? [];
    if (key?.text === undefined || value === undefined || value.literal === true || value.guarded === true) continue;
    if ((value.sensitive === undefined && sensitiveKey(key.text) === undefined) || isPushToken(key.text, event.scene, event.node)) continue;
    context.report({
      at: here(event.scene, event.node),
      message: `The value under “${key.text}” is kept in AsyncStorage, a plain file.`,
      confidence: value.sensitive === undefined ? 'medium' : confidence(value),
    });
    return true;
  }
  return false;
}
