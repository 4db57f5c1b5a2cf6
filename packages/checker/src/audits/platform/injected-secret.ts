import type { CallEvent } from '../../flow/events.ts';
import { lastName } from '../../flow/paths.ts';
import { sensitiveName } from '../../flow/sensitive-name.ts';
import type { Place } from '../../syntax/tree.ts';

const INJECTED = ['injectedJavaScript', 'injectedJavaScriptBeforeContentLoaded'] as const;
/** The message is for whoever listens. */
const TO_ANYBODY = /\bpostMessage\([^;]*,\s*['"]\*['"]\s*\)/;
/** Any host may be navigated to: `originWhitelist={['https://*']}`. */
const ANY_HOST = /['"`](?:https?:\/\/)?\*['"`]/;

/**
 * The secret in a script that a React Native web view runs in each page it shows, where that may be anybody's page or the script hands
 * it to anybody.
 */
export function injectedSecret(event: CallEvent): Place | undefined {
  for (const name of INJECTED) {
    const given = event.argNode(name);
    if (given?.known.sensitive?.kind !== 'credential') continue;
    const { source } = event.scene.unit;
    const shown = event.argNode('originWhitelist');
    const anywhere =
      shown !== undefined &&
      ANY_HOST.test(source.slice(shown.start, shown.end)) &&
      event.argNode('onShouldStartLoadWithRequest') === undefined;
    if (!anywhere && !TO_ANYBODY.test(source.slice(given.start, given.end))) continue;
    const parts = given.value.kind === 'string' ? given.value.parts : [];
    for (const part of parts) if (typeof part !== 'string' && sensitiveName(lastName(part) ?? '') === 'credential') return part;
    return given;
  }
  return undefined;
}
