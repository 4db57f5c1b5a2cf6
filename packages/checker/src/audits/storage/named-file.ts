import { sensitiveName, words } from '../../flow/sensitive-name.ts';
import type { Sensitive } from '../../flow/value.ts';

/** The name of a file at the end of an expression that spells it: `dir.appendingPathComponent("token.txt")`, `path + '/credentials.json'`. */
const SPELLED =
  /["'`](?:[^"'`\n]*\/)?([\w-]{3,40})(?:\.(?:txt|json|plist|dat|data|csv|xml|bin|ya?ml))?["'`]\s*(?:,\s*isDirectory:\s*\w+\s*)?\)*$/;
const HOLDS_SECRETS = /^(?:auth|login|recovery|recovery ?words?|seed|seed words|sensitive(?: data)?|secure data)$/;

/** What the name of a file says it holds, when its content does not. */
export function secretOfFile(path: string): Sensitive | undefined {
  const name = SPELLED.exec(path.trim())?.[1];
  if (name === undefined) return undefined;
  return sensitiveName(name) === 'credential' || HOLDS_SECRETS.test(words(name)) ? { kind: 'credential', name, whole: true } : undefined;
}

/** `API_SECRET=…` as a text of its own. */
const SETTING = /(?:^|[\s;,])(\w*(?:secret|password|passwd|token|api_?key|private_?key)\w*)\s*[=:]\s*[^\s=]{4,}/i;

/** A text written out in the program that sets a secret. */
export function secretOfText(text: string | undefined): Sensitive | undefined {
  const name = text === undefined || text.length > MAX_TEXT ? undefined : SETTING.exec(text)?.[1];
  return name === undefined ? undefined : { kind: 'credential', name };
}
/** Longer texts are documents, which may speak of anything. */
const MAX_TEXT = 400;
