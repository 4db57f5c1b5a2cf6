import type { AuditContext } from '../../audit.ts';
import type { CallEvent, Scene } from '../../flow/events.ts';
import { formatValue } from '../../flow/format-value.ts';
import type { Expression, Text } from '../../syntax/tree.ts';
import { here } from '../event-place.ts';
import { mentions } from '../mentions.ts';

/** A database of the app's own: what reaches it is judged where it is run. */
const OWN_DATABASE =
  /sqlite3?_|\b(?:FMDatabase|FMDatabaseQueue|GRDB|executeQuery|executeUpdate|execSQL|rawQuery|NSPredicate|openDatabase|unsafe\w*Sql\w*)\b|import SQLite|[wW]atermelon/;
/** How a statement or the call of a stored procedure begins. */
const STATEMENT =
  /^\s*(?:select\s[\s\S]*\sfrom\s|insert\s+into\s|update\s+\S+\s+set\s|delete\s+from\s|exec(?:ute)?\s+\w|call\s+\w+\s*\(|(?:[ux]?sp)_\w+\s)/i;

/**
 * A statement put together on the device for somebody else's database: a value between quotes the app wrote itself. Nothing here runs it,
 * so nothing here can bind it either.
 */
export function reportSentSql(
  scene: Scene,
  text: Text,
  node: { readonly start: number; readonly end: number },
  context: AuditContext,
): void {
  // What a helper was given is judged where it is written.
  if (scene.function === undefined || scene.via !== undefined || !quotesValue(text) || mentions(scene.unit, OWN_DATABASE)) return;
  context.report({
    at: here(scene, node),
    message: 'A value is put between quotes in an SQL statement that is sent away; whoever chooses the value chooses the statement.',
    severity: 'medium',
    confidence: 'medium',
  });
}

/** Calls that put a text together from a format. */
export const FORMATTING = [
  'stringWithFormat',
  'initWithFormat',
  'localizedStringWithFormat',
  'initFormat',
  'String',
  'NSString',
  'NSMutableString',
];

/** The text that such a call makes. */
export function formattedText({ node, name, args }: CallEvent): Text | undefined {
  const made = formatValue(node, name, args);
  return made?.composed === true && made.from?.kind === 'string' ? made.from : undefined;
}

function quotesValue(node: Text): boolean {
  const [first] = node.parts;
  if (node.parts.length < 2 || typeof first !== 'string' || !STATEMENT.test(first.endsWith("'") ? first : `${first} `)) return false;
  return node.parts.some((part: string | Expression, index) => {
    const before = node.parts[index - 1];
    const after = node.parts[index + 1];
    return typeof part !== 'string' && typeof before === 'string' && /'%?$/.test(before) && typeof after === 'string' && /^%?'/.test(after);
  });
}
